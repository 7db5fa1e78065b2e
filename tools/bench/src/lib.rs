// SPDX-License-Identifier: Apache-2.0
//! Micro-benchmarks, in `benches/`. A crate of its own, so that what they are measured with does not
//! change the features with which everything else is compiled.
