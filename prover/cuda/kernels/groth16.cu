// SPDX-License-Identifier: Apache-2.0
// The interface of this library to Rust (src/sys.rs mirrors it), the transforms, and the order in which a proof's sums are
// computed.
//
// sppark keeps its streams and scratch memory by card, not by call: one call at a time for each card, which the owner in
// Rust sees to. Stream 2 is where a multi-scalar product reads its scalars, so everything is queued there.
#include "field.cuh"
#include <ntt/ntt.cuh>
#include "steps.cuh"

#include <chrono>

static_assert(sizeof(fr_t) == 32, "an element is four words of 64 bits");

struct column_t {
    const void* points;
    const uint32_t* signals;  // null: the scalars are the quotient
    size_t n;
};

// A proving key on the card. All pointers are the card's.
struct proving_key_t {
    uint32_t lg_domain;
    size_t signals;
    matrix_t matrix_a, matrix_b;
    powers_t powers;
    column_t a, b1, b2, c, h;
};

// X ‖ Y ‖ Z of each sum.
struct sums_t {
    uint64_t a[12], b1[12], c[12], h[12], b2[24];
};

// Milliseconds of each stage.
struct stages_t {
    double upload, quotient, a, b1, c, h, b2;
};

static const unsigned BLOCK = 256;

// A grid that covers n indices; beyond its limit, each thread takes several.
static unsigned grid(size_t n)
{
    return (unsigned)std::min<size_t>((n + BLOCK - 1) / BLOCK, 1 << 20);
}

#define FOR_EACH(i, n)                                                          \
    for (size_t i = threadIdx.x + (size_t)blockIdx.x * blockDim.x; i < (n);     \
         i += (size_t)gridDim.x * blockDim.x)

__global__ void rows_kernel(fr_t* a, fr_t* b, fr_t* c, matrix_t ma, matrix_t mb, const fr_t* witness, size_t n)
{
#ifdef __CUDA_ARCH__
    FOR_EACH(i, n)
        rows_step(a, b, c, ma, mb, witness, i);
#endif
}

__global__ void shift_kernel(fr_t* values, powers_t powers, size_t n)
{
#ifdef __CUDA_ARCH__
    FOR_EACH(i, n)
        shift_step(values, powers, i);
#endif
}

__global__ void combine_kernel(fr_t* a, const fr_t* b, const fr_t* c, size_t n)
{
#ifdef __CUDA_ARCH__
    FOR_EACH(i, n)
        combine_step(a, b, c, i);
#endif
}

__global__ void gather_kernel(fr_t* out, const fr_t* witness, const uint32_t* signals, size_t n)
{
#ifdef __CUDA_ARCH__
    FOR_EACH(i, n)
        gather_step(out, witness, signals, i);
#endif
}

// The card that this process has: others are hidden from it by CUDA_VISIBLE_DEVICES.
static const gpu_t& card() { return select_gpu(0); }

static cudaMemPool_t pool()
{
    cudaMemPool_t pool;
    CUDA_OK(cudaDeviceGetDefaultMemPool(&pool, card().cid()));
    return pool;
}

static void transform(stream_t& stream, fr_t* values, uint32_t lg, bool inverse)
{
    // One element is its own transform, and sppark has no step for it.
    if (lg > 0)
        NTT::Base_dev_ptr(stream, values, lg, NTT::InputOutputOrder::NN,
                          inverse ? NTT::Direction::inverse : NTT::Direction::forward,
                          NTT::Type::standard);
}

// a·b − c at the odd coset, into `abc`'s first third. `abc` holds three polynomials.
static void quotient(const gpu_t& gpu, const proving_key_t& key, const fr_t* witness, fr_t* abc)
{
    size_t n = (size_t)1 << key.lg_domain;
    fr_t* polynomials[3] = { abc, abc + n, abc + 2 * n };
    rows_kernel<<<grid(n), BLOCK, 0, gpu[2]>>>(polynomials[0], polynomials[1], polynomials[2],
                                               key.matrix_a, key.matrix_b, witness, n);
    CUDA_OK(cudaGetLastError());
    event_t rows{gpu[2]};
    // Each polynomial on a stream of its own; the last one is stream 2 itself.
    for (size_t i = 0; i < 3; i++) {
        stream_t& stream = gpu[i];
        if (i < 2)
            stream.wait(rows);
        transform(stream, polynomials[i], key.lg_domain, true);
        shift_kernel<<<grid(n), BLOCK, 0, stream>>>(polynomials[i], key.powers, n);
        CUDA_OK(cudaGetLastError());
        transform(stream, polynomials[i], key.lg_domain, false);
    }
    event_t first{gpu[0]}, second{gpu[1]};
    gpu[2].wait(first);
    gpu[2].wait(second);
    combine_kernel<<<grid(n), BLOCK, 0, gpu[2]>>>(polynomials[0], polynomials[1], polynomials[2], n);
    CUDA_OK(cudaGetLastError());
    gpu[2].sync();
}

typedef void msm_fn(const gpu_t&, void*, const void*, size_t, const void*);

static void column(const gpu_t& gpu, msm_fn msm, const column_t& column, const fr_t* witness, fr_t* scalars, void* out,
                   size_t out_bytes)
{
    // Z = 0 is infinity, the sum of nothing.
    memset(out, 0, out_bytes);
    if (column.n == 0)
        return;
    if (column.signals != nullptr) {
        gather_kernel<<<grid(column.n), BLOCK, 0, gpu[2]>>>(scalars, witness, column.signals, column.n);
        CUDA_OK(cudaGetLastError());
        witness = scalars;
    }
    msm(gpu, out, column.points, column.n, witness);
}

class watch_t {
    std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();

public:
    double lap()
    {
        auto now = std::chrono::steady_clock::now();
        std::chrono::duration<double, std::milli> took = now - since;
        since = now;
        return took.count();
    }
};

// Runs `work`, and tells of what it throws by value: no exception may reach Rust.
template<class F> static RustError::by_value guarded(F work)
{
    try {
        work();
        return RustError{0};
    } catch (const cuda_error& e) {
        return RustError{e.code() ? e.code() : 1, e.what()};
    } catch (const std::exception& e) {
        return RustError{1, e.what()};
    } catch (...) {
        return RustError{1, "unknown failure"};
    }
}

#define API extern "C" RustError::by_value

API proofyard_cuda_open(char name[256], uint64_t* memory, int32_t capability[2])
{
    return guarded([=] {
        int n = 0;
        CUDA_OK(cudaGetDeviceCount(&n));
        const cudaDeviceProp& prop = card().props();
        memcpy(name, prop.name, 256);
        *memory = prop.totalGlobalMem;
        capability[0] = prop.major;
        capability[1] = prop.minor;
        // Scratch memory stays with the process between calls; what asks for free memory gives it back first.
        uint64_t keep = UINT64_MAX;
        CUDA_OK(cudaMemPoolSetAttribute(pool(), cudaMemPoolAttrReleaseThreshold, &keep));
    });
}

API proofyard_cuda_free_memory(uint64_t* free_bytes)
{
    return guarded([=] {
        card().sync();
        CUDA_OK(cudaMemPoolTrimTo(pool(), 0));
        size_t free = 0, total = 0;
        CUDA_OK(cudaMemGetInfo(&free, &total));
        *free_bytes = free;
    });
}

API proofyard_cuda_alloc(void** out, size_t bytes)
{
    return guarded([=] {
        card();
        CUDA_OK(cudaMalloc(out, bytes));
    });
}

API proofyard_cuda_free(void* ptr)
{
    return guarded([=] {
        card();
        CUDA_OK(cudaFree(ptr));
    });
}

API proofyard_cuda_copy_in(void* to, const void* from, size_t bytes)
{
    return guarded([=] {
        card();
        CUDA_OK(cudaMemcpy(to, from, bytes, cudaMemcpyHostToDevice));
    });
}

API proofyard_cuda_pin(void* ptr, size_t bytes)
{
    return guarded([=] {
        card();
        CUDA_OK(cudaHostRegister(ptr, bytes, cudaHostRegisterDefault));
    });
}

API proofyard_cuda_unpin(void* ptr)
{
    return guarded([=] {
        card();
        CUDA_OK(cudaHostUnregister(ptr));
    });
}

API proofyard_cuda_sums(const proving_key_t* key, const fr_t* witness, sums_t* out, stages_t* stages)
{
    return guarded([=] {
        const gpu_t& gpu = card();
        size_t n = (size_t)1 << key->lg_domain;
        size_t most = std::max(std::max(key->a.n, key->b1.n), std::max(key->c.n, key->b2.n));
        watch_t watch;
        dev_ptr_t<fr_t> d_witness{key->signals, gpu[2]}, abc{3 * n, gpu[2]}, scalars{most, gpu[2]};
        gpu[2].HtoD(&d_witness[0], witness, key->signals);
        gpu[2].sync();
        stages->upload = watch.lap();
        quotient(gpu, *key, d_witness, abc);
        stages->quotient = watch.lap();
        column(gpu, msm_g1, key->h, abc, nullptr, out->h, sizeof(out->h));
        stages->h = watch.lap();
        column(gpu, msm_g1, key->a, d_witness, scalars, out->a, sizeof(out->a));
        stages->a = watch.lap();
        column(gpu, msm_g1, key->b1, d_witness, scalars, out->b1, sizeof(out->b1));
        stages->b1 = watch.lap();
        column(gpu, msm_g1, key->c, d_witness, scalars, out->c, sizeof(out->c));
        stages->c = watch.lap();
        column(gpu, msm_g2, key->b2, d_witness, scalars, out->b2, sizeof(out->b2));
        stages->b2 = watch.lap();
    });
}

// One product of what lies in the processor's memory; `g` is 1 or 2. `ms` is the time without the transfers.
API proofyard_cuda_msm(int32_t g, const void* points, size_t n, const fr_t* scalars, void* out, double* ms)
{
    return guarded([=] {
        const gpu_t& gpu = card();
        size_t out_bytes = g == 1 ? 96 : 192, point_bytes = g == 1 ? 64 : 128;
        memset(out, 0, out_bytes);
        if (n == 0)
            return;
        dev_ptr_t<uint8_t> d_points{n * point_bytes, gpu[2]};
        dev_ptr_t<fr_t> d_scalars{n, gpu[2]};
        gpu[2].HtoD(&d_points[0], points, n * point_bytes);
        gpu[2].HtoD(&d_scalars[0], scalars, n);
        gpu[2].sync();
        watch_t watch;
        (g == 1 ? msm_g1 : msm_g2)(gpu, out, &d_points[0], n, &d_scalars[0]);
        *ms = watch.lap();
    });
}

// One transform of what lies in the processor's memory, in natural order before and after.
API proofyard_cuda_ntt(fr_t* values, uint32_t lg, int32_t inverse, double* ms)
{
    return guarded([=] {
        const gpu_t& gpu = card();
        size_t n = (size_t)1 << lg;
        dev_ptr_t<fr_t> d_values{n, gpu[2]};
        gpu[2].HtoD(&d_values[0], values, n);
        gpu[2].sync();
        watch_t watch;
        transform(gpu[2], d_values, lg, inverse != 0);
        gpu[2].sync();
        *ms = watch.lap();
        gpu[2].DtoH(values, &d_values[0], n);
        gpu[2].sync();
    });
}

// The steps on the processor, for tests: 0 rows (into a, b, c), 1 shift (a), 2 combine (a), 3 gather (a).
extern "C" void proofyard_cuda_host_step(int32_t step, fr_t* a, fr_t* b, fr_t* c, const matrix_t* ma, const matrix_t* mb,
                                         const powers_t* powers, const fr_t* witness, const uint32_t* signals, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        switch (step) {
        case 0: rows_step(a, b, c, *ma, *mb, witness, i); break;
        case 1: shift_step(a, *powers, i); break;
        case 2: combine_step(a, b, c, i); break;
        default: gather_step(a, witness, signals, i); break;
        }
    }
}

// The roots of unity of order 2^lg that the transforms use, and the inverse of 2^lg, for tests.
extern "C" void proofyard_cuda_host_root(uint32_t lg, fr_t* forward, fr_t* inverse, fr_t* size_inverse)
{
    *forward = forward_roots_of_unity[lg];
    *inverse = inverse_roots_of_unity[lg];
    *size_inverse = domain_size_inverse[lg];
}
