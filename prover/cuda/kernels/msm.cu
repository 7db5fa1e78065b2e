// SPDX-License-Identifier: Apache-2.0
// sppark's Pippenger over G1 and G2. A unit of its own, because it takes the compiler longest.
#include "field.cuh"

// The header wants these names for one group; the other's are made where they are used.
using point_t = jacobian_t<fp_t>;
using bucket_t = xyzz_t<fp_t>;
using affine_t = bucket_t::affine_t;
using scalar_t = fr_t;

#include <msm/pippenger.cuh>

template<class point_t, class bucket_t, class affine_t = typename bucket_t::affine_t>
static void msm(const gpu_t& gpu, void* out, const void* points, size_t n, const void* scalars)
{
    static_assert(2 * sizeof(point_t) == 3 * sizeof(affine_t), "three coordinates");

    // Without points of its own: it takes buckets for as many as it will be given.
    msm_t<bucket_t, point_t, affine_t, scalar_t> work{nullptr, n, sizeof(affine_t), gpu.id()};
    point_t sum;
    // Wrapped without a length, the pointers stay their owners'.
    dev_ptr_t<affine_t> d_points{(affine_t*)points};
    dev_ptr_t<scalar_t> d_scalars{(scalar_t*)scalars};
    RustError error = work.invoke(sum, d_points, n, d_scalars, true);
    if (error.code != 0) {
        std::string what = error.message ? error.message : "multi-scalar product";
        free(error.message);
        throw cuda_error{error.code, what};
    }
    memcpy(out, &sum, sizeof(sum));
}

void msm_g1(const gpu_t& gpu, void* out, const void* points, size_t n, const void* scalars)
{
    msm<point_t, bucket_t>(gpu, out, points, n, scalars);
}

void msm_g2(const gpu_t& gpu, void* out, const void* points, size_t n, const void* scalars)
{
    msm<jacobian_t<fp2_t>, xyzz_t<fp2_t>>(gpu, out, points, n, scalars);
}
