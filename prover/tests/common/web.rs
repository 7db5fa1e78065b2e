// SPDX-License-Identifier: Apache-2.0
//! A web server that misbehaves on request, for the tests of downloads.

use std::{
	io::{BufRead, BufReader, Read, Write},
	net::{SocketAddr, TcpListener},
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc, Mutex,
	},
	time::Duration,
};

use rustls::{
	pki_types::{pem::PemObject, CertificateDer, PrivateKeyDer},
	ServerConfig, ServerConnection, StreamOwned,
};

/// Manner in which the server treats a request, by its number from 0.
pub type Plan = dyn Fn(usize) -> Manner + Send + Sync;

/// One way to treat a request.
#[derive(Clone, Debug)]
pub enum Manner {
	/// Serve what is asked for, ranges too.
	Well,
	/// Drop the connection after so many bytes of the body.
	Cut(usize),
	/// Wait so long between the two halves of the body.
	Slow(Duration),
	/// Answer with this status and nothing else.
	Status(u16),
	/// Redirect there.
	Redirect(String),
	/// Send the body without saying how long it is.
	Unsized,
	/// Ignore ranges.
	Whole,
}

/// Request that a client made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
	pub range: Option<String>,
	pub if_range: Option<String>,
}

/// A server with one document at every path.
pub struct Web {
	pub addr: SocketAddr,
	scheme: &'static str,
	seen: Arc<Mutex<Vec<Seen>>>,
}

impl Web {
	pub fn start(body: Vec<u8>, plan: impl Fn(usize) -> Manner + Send + Sync + 'static) -> Self {
		Self::serve(None, body, plan)
	}

	/// The same over TLS, as `localhost` with the certificate in `tests/tls`.
	pub fn start_tls(
		body: Vec<u8>,
		plan: impl Fn(usize) -> Manner + Send + Sync + 'static,
	) -> Self {
		let certificate =
			CertificateDer::from_pem_slice(include_bytes!("../tls/server.pem")).unwrap();
		let key = PrivateKeyDer::from_pem_slice(include_bytes!("../tls/server.key")).unwrap();
		let provider = Arc::new(rustls::crypto::ring::default_provider());
		let config = ServerConfig::builder_with_provider(provider)
			.with_safe_default_protocol_versions()
			.unwrap()
			.with_no_client_auth()
			.with_single_cert(vec![certificate], key)
			.unwrap();
		Self::serve(Some(Arc::new(config)), body, plan)
	}

	fn serve(
		tls: Option<Arc<ServerConfig>>,
		body: Vec<u8>,
		plan: impl Fn(usize) -> Manner + Send + Sync + 'static,
	) -> Self {
		let listener = TcpListener::bind("127.0.0.1:0").unwrap();
		let addr = listener.local_addr().unwrap();
		let scheme = if tls.is_some() { "https" } else { "http" };
		let seen = Arc::new(Mutex::new(Vec::new()));
		let desk = Arc::new(Desk {
			body,
			plan: Box::new(plan),
			count: AtomicUsize::new(0),
			seen: seen.clone(),
		});
		std::thread::spawn(move || {
			for stream in listener.incoming().flatten() {
				let (desk, tls) = (desk.clone(), tls.clone());
				std::thread::spawn(move || match tls {
					None => desk.attend(stream),
					Some(tls) => {
						let connection = ServerConnection::new(tls).unwrap();
						desk.attend(StreamOwned::new(connection, stream));
					}
				});
			}
		});
		Self { addr, scheme, seen }
	}

	pub fn url(&self, path: &str) -> String {
		match self.scheme {
			"https" => format!("https://localhost:{}/{path}", self.addr.port()),
			scheme => format!("{scheme}://{}/{path}", self.addr),
		}
	}

	pub fn seen(&self) -> Vec<Seen> {
		self.seen.lock().unwrap().clone()
	}
}

/// Needs of a connection.
struct Desk {
	body: Vec<u8>,
	plan: Box<Plan>,
	count: AtomicUsize,
	seen: Arc<Mutex<Vec<Seen>>>,
}

impl Desk {
	fn attend(&self, mut stream: impl Read + Write) {
		let Some(request) = read_request(&mut stream) else { return };
		self.seen.lock().unwrap().push(request.clone());
		let manner = (self.plan)(self.count.fetch_add(1, Ordering::SeqCst));
		let _ = answer(&mut stream, &request, &self.body, manner);
		let _ = stream.flush();
	}
}

fn read_request(stream: &mut impl Read) -> Option<Seen> {
	let mut seen = Seen::default();
	let mut lines = BufReader::new(stream).lines();
	lines.next()?.ok()?;
	for line in lines {
		let line = line.ok()?;
		if line.is_empty() {
			return Some(seen);
		}
		let (name, value) = line.split_once(": ")?;
		match name.to_ascii_lowercase().as_str() {
			"range" => seen.range = Some(value.to_owned()),
			"if-range" => seen.if_range = Some(value.to_owned()),
			_ => {}
		}
	}
	None
}

fn answer(
	stream: &mut impl Write,
	request: &Seen,
	body: &[u8],
	manner: Manner,
) -> std::io::Result<()> {
	match &manner {
		Manner::Status(status) => {
			return write!(
				stream,
				"HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
			);
		}
		Manner::Redirect(to) => {
			return write!(
				stream,
				"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
			);
		}
		Manner::Unsized => {
			write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
			return stream.write_all(body);
		}
		_ => {}
	}
	let start = request.range.as_ref().filter(|_| !matches!(manner, Manner::Whole)).map(|range| {
		range.trim_start_matches("bytes=").trim_end_matches('-').parse::<usize>().unwrap()
	});
	let part = &body[start.unwrap_or(0)..];
	match start {
		None => write!(stream, "HTTP/1.1 200 OK\r\n")?,
		Some(start) => write!(
			stream,
			"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {start}-{}/{}\r\n",
			body.len() - 1,
			body.len()
		)?,
	}
	write!(stream, "ETag: \"v1\"\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", part.len())?;
	match manner {
		Manner::Cut(after) => stream.write_all(&part[..after.min(part.len())]),
		Manner::Slow(pause) => {
			let (one, two) = part.split_at(part.len() / 2);
			stream.write_all(one)?;
			stream.flush()?;
			std::thread::sleep(pause);
			stream.write_all(two)
		}
		_ => stream.write_all(part),
	}
}
