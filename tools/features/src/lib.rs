//! Features of third-party crates, the same for every package: see Cargo.toml.
