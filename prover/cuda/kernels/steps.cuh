// SPDX-License-Identifier: Apache-2.0
// What is computed for one index between the transforms and the multi-scalar products. Each step compiles for the card and
// for the processor, so that what it reads and writes can be tested without a card.
#pragma once

// A sparse matrix, row after row: the terms of row i are those from starts[i] to starts[i + 1].
struct matrix_t {
    const uint32_t* starts;
    const uint32_t* signals;
    const fr_t* values;
};

static inline __host__ __device__ fr_t row_times(const matrix_t& matrix, size_t row, const fr_t* witness)
{
    fr_t sum;
    sum.zero();
    for (uint32_t i = matrix.starts[row]; i < matrix.starts[row + 1]; i++)
        sum += matrix.values[i] * witness[matrix.signals[i]];
    return sum;
}

// The values of both polynomials and of their product on the domain.
static inline __host__ __device__ void rows_step(fr_t* a, fr_t* b, fr_t* c, const matrix_t& ma, const matrix_t& mb,
                                                 const fr_t* witness, size_t i)
{
    fr_t x = row_times(ma, i, witness), y = row_times(mb, i, witness);
    a[i] = x;
    b[i] = y;
    c[i] = x * y;
}

// Powers of the coset's offset g, in two tables: low[j] = g^j for j < 2^low_bits, high[k] = g^(k·2^low_bits).
struct powers_t {
    const fr_t* low;
    const fr_t* high;
    uint32_t low_bits;
};

// Coefficient i becomes that of the polynomial at g·X.
static inline __host__ __device__ void shift_step(fr_t* values, const powers_t& powers, size_t i)
{
    fr_t low = powers.low[i & (((size_t)1 << powers.low_bits) - 1)];
    fr_t high = powers.high[i >> powers.low_bits];
    values[i] = values[i] * (low * high);
}

// a·b − c into a.
static inline __host__ __device__ void combine_step(fr_t* a, const fr_t* b, const fr_t* c, size_t i)
{
    a[i] = a[i] * b[i] - c[i];
}

// The signals that a column's points belong to.
static inline __host__ __device__ void gather_step(fr_t* out, const fr_t* witness, const uint32_t* signals, size_t i)
{
    out[i] = witness[signals[i]];
}
