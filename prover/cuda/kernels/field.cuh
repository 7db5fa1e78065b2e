// SPDX-License-Identifier: Apache-2.0
// The curve's types as sppark names them, and what the units of this folder share.
#pragma once

#define FEATURE_BN254
#include <ff/alt_bn128-fp2.hpp>
#include <ec/jacobian_t.hpp>
#include <ec/xyzz_t.hpp>
#include <util/gpu_t.cuh>
#include <util/rusterror.h>

// Σ scalars[i]·points[i] over G1 and G2. Everything but `out` is on the card; scalars and coordinates are in Montgomery
// form, points are x ‖ y with infinity as zeros. `out` is X ‖ Y ‖ Z with x = X/Z², y = Y/Z³. Needs n ≥ 1. Returns when the
// result is there, and starts only after what is queued on the card's stream 2.
void msm_g1(const gpu_t& gpu, void* out, const void* points, size_t n, const void* scalars);
void msm_g2(const gpu_t& gpu, void* out, const void* points, size_t n, const void* scalars);
