// SPDX-License-Identifier: Apache-2.0
//! A web server of a requester who does not hand out what he promised.

use rustls::{
	pki_types::{pem::PemObject, CertificateDer, PrivateKeyDer},
	ServerConfig, ServerConnection, StreamOwned,
};
use std::{
	io::{BufRead, BufReader, Write},
	net::{TcpListener, TcpStream},
	path::PathBuf,
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc,
	},
};

/// A web server on this machine, `localhost` over TLS, that has nothing: 404, whatever is asked for.
pub struct Web {
	port: u16,
	asked: Arc<AtomicUsize>,
}

impl Web {
	/// Start it. It ends with the test's process.
	pub fn without_files() -> Self {
		let provider = Arc::new(rustls::crypto::ring::default_provider());
		let certificate = include_bytes!("../../prover/tests/tls/server.pem");
		let key = include_bytes!("../../prover/tests/tls/server.key");
		let certificate = CertificateDer::from_pem_slice(certificate).expect("a certificate");
		let key = PrivateKeyDer::from_pem_slice(key).expect("its key");
		let config = ServerConfig::builder_with_provider(provider)
			.with_safe_default_protocol_versions()
			.expect("versions")
			.with_no_client_auth()
			.with_single_cert(vec![certificate], key)
			.expect("they belong together");
		let config = Arc::new(config);
		let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
		let port = listener.local_addr().expect("an address").port();
		let asked = Arc::new(AtomicUsize::new(0));
		let counter = asked.clone();
		std::thread::spawn(move || {
			for stream in listener.incoming().flatten() {
				let (config, counter) = (config.clone(), counter.clone());
				std::thread::spawn(move || refuse(config, stream, &counter));
			}
		});
		Self { port, asked }
	}

	/// The certificate of the authority that signed the server's.
	pub fn authority() -> PathBuf {
		crate::root().join("prover/tests/tls/ca.pem")
	}

	/// The address of something that it does not have.
	pub fn url(&self, path: &str) -> String {
		format!("https://localhost:{}/{path}", self.port)
	}

	/// Number of times it was asked.
	pub fn asked(&self) -> usize {
		self.asked.load(Ordering::SeqCst)
	}
}

fn refuse(config: Arc<ServerConfig>, stream: TcpStream, asked: &AtomicUsize) {
	let Ok(connection) = ServerConnection::new(config) else { return };
	let mut stream = StreamOwned::new(connection, stream);
	let read = BufReader::new(&mut stream).lines().map_while(Result::ok);
	if read.take_while(|line| !line.is_empty()).count() == 0 {
		return;
	}
	asked.fetch_add(1, Ordering::SeqCst);
	let answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
	let _ = stream.write_all(answer).and_then(|()| stream.flush());
}
