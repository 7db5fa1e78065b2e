// SPDX-License-Identifier: Apache-2.0
//! Compiles the kernels with NVIDIA's compiler and links CUDA's runtime in, statically: the only thing that is looked for
//! when the program runs is the driver.

use std::{
	env,
	path::{Path, PathBuf},
	process::Command,
};

/// The cards that get machine code of their own: A100 and its kin, H100 and its kin.
const MACHINE_CODE: [&str; 2] = ["80", "90"];
/// Architecture of the code that later cards compile for themselves when the program starts.
const PORTABLE_CODE: &str = "90";

fn main() {
	for name in ["PROOFYARD_NVCC", "CUDA_HOME", "CUDA_PATH", "PATH"] {
		println!("cargo:rerun-if-env-changed={name}");
	}
	println!("cargo:rerun-if-changed=kernels");
	let nvcc = nvcc();
	let sppark = PathBuf::from(dependency("DEP_SPPARK_ROOT"));
	let blst = dependency("DEP_BLST_C_SRC");

	// Where the library below looks for it.
	env::set_var("NVCC", &nvcc);
	let mut build = cc::Build::new();
	build
		.cuda(true)
		// Linked below, from where this compiler's own is.
		.cudart("none")
		.std("c++17")
		.opt_level(3)
		.include(&sppark)
		.include(blst)
		.include("kernels")
		.define("TAKE_RESPONSIBILITY_FOR_ERROR_MESSAGE", None)
		.flag("-Xcompiler")
		.flag("-Wno-unused-function");
	for arch in MACHINE_CODE {
		build.flag("-gencode").flag(format!("arch=compute_{arch},code=sm_{arch}"));
	}
	build
		.flag("-gencode")
		.flag(format!("arch=compute_{PORTABLE_CODE},code=compute_{PORTABLE_CODE}"));
	for unit in ["groth16.cu", "msm.cu"] {
		build.file(Path::new("kernels").join(unit));
	}
	// Where sppark found the compiler itself, it has compiled this already.
	if env::var_os("DEP_SPPARK_TARGET").is_none_or(|target| target != "cuda") {
		build.file(sppark.join("util/all_gpus.cpp"));
	}
	build.compile("proofyard_cuda_kernels");

	println!("cargo:rustc-link-search=native={}", runtime_folder(&nvcc).display());
	println!("cargo:rustc-link-lib=static=cudart_static");
	for library in ["dl", "rt", "pthread"] {
		println!("cargo:rustc-link-lib={library}");
	}
	if let Some(folder) = static_cpp() {
		println!("cargo:rustc-link-search=native={}", folder.display());
		println!("cargo:rustc-link-lib=static=stdc++");
	} else {
		println!("cargo:rustc-link-lib=stdc++");
	}
}

fn dependency(name: &str) -> String {
	env::var(name).unwrap_or_else(|_| panic!("{name} is not set: its crate is no dependency"))
}

/// The compiler: named, or in the usual places, or on the path.
fn nvcc() -> PathBuf {
	if let Some(named) = env::var_os("PROOFYARD_NVCC") {
		return named.into();
	}
	let homes = ["CUDA_HOME", "CUDA_PATH"].into_iter().filter_map(env::var_os).map(PathBuf::from);
	let homes = homes.chain([PathBuf::from("/usr/local/cuda")]);
	let found = homes.map(|home| home.join("bin/nvcc")).find(|nvcc| nvcc.is_file());
	let nvcc = found.unwrap_or_else(|| "nvcc".into());
	match Command::new(&nvcc).arg("--version").output() {
		Ok(output) if output.status.success() => nvcc,
		_ => panic!(
			"CUDA's compiler nvcc was not found. Install CUDA 12 or 13, or let `scripts/cuda` fetch the compiler and build"
		),
	}
}

/// Folder of this compiler's static runtime.
fn runtime_folder(nvcc: &Path) -> PathBuf {
	let canonical = nvcc.canonicalize().ok();
	let home = canonical.as_deref().and_then(Path::parent).and_then(Path::parent);
	let home = home.unwrap_or(Path::new("/usr/local/cuda"));
	["lib64", "lib", "targets/x86_64-linux/lib"]
		.into_iter()
		.map(|folder| home.join(folder))
		.find(|folder| folder.join("libcudart_static.a").is_file())
		.unwrap_or_else(|| {
			panic!("libcudart_static.a is not below {}; install CUDA's runtime", home.display())
		})
}

/// Where the C++ compiler keeps its static library, if it has one: then the program needs none where it runs.
fn static_cpp() -> Option<PathBuf> {
	let output = Command::new(env::var_os("CXX").unwrap_or_else(|| "g++".into()))
		.arg("-print-file-name=libstdc++.a")
		.output()
		.ok()?;
	let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
	path.is_absolute().then(|| path.parent().map(Path::to_owned))?
}
