// SPDX-License-Identifier: Apache-2.0
//! Nothing but the benchmarks in `benches/`.
