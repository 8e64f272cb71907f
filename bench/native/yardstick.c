// The yardstick: the kernel's online A2C step (W1) and distillation (W3) in C with intrinsics, with the same algorithm
// and layout. bench/versus.ts builds it twice: with SSE4.1 and without contraction, where its weights must equal those
// of the kernel to the last bit, and with AVX2 + FMA, the best that IEEE arithmetic offers natively. It reads one
// command per line from stdin and answers each with one line:
//   online N REPS        steps at 4-N-N-2 (policy) and 4-N-N-1 (value), the sizes of the default; nanoseconds per step
//   distil N BATCH REPS  passes over 1,024 entries at 4-N-N-2; nanoseconds per sample
//   physics NAME REPS    steps of an environment with its observations, by libm's sine and cosine; nanoseconds per step
//   copy BYTES REPS      memcpy; nanoseconds per call
//   hash                 FNV-1a of the weights of the last online or distil command
#define _GNU_SOURCE
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __AVX2__
#define L 8
typedef __m256 vf;
#define LOAD _mm256_load_ps
#define STORE _mm256_store_ps
#define ADD _mm256_add_ps
#define SUB _mm256_sub_ps
#define MUL _mm256_mul_ps
#define DIV _mm256_div_ps
#define SQRT _mm256_sqrt_ps
#define MAX _mm256_max_ps
#define AND _mm256_and_ps
#define SET1 _mm256_set1_ps
#define GT(a, b) _mm256_cmp_ps(a, b, _CMP_GT_OQ)
#define MADD(c, a, b) _mm256_fmadd_ps(a, b, c)
#else
#define L 4
typedef __m128 vf;
#define LOAD _mm_load_ps
#define STORE _mm_store_ps
#define ADD _mm_add_ps
#define SUB _mm_sub_ps
#define MUL _mm_mul_ps
#define DIV _mm_div_ps
#define SQRT _mm_sqrt_ps
#define MAX _mm_max_ps
#define AND _mm_and_ps
#define SET1 _mm_set1_ps
#define GT _mm_cmpgt_ps
#define MADD(c, a, b) ADD(c, MUL(a, b))
#endif

#define INPUTS 4
#define PAD(n) (((n) + L - 1) / L * L)
#define BETA1 0.9f
#define BETA2 0.999f

typedef struct {
  int width, depth, outputs, lanes, out, floats, acts;
  float *p, *m, *v, *g;
  double power1, power2;
  unsigned steps;
} Net;

static int rows(const Net *n, int k) { return k ? n->width : INPUTS; }
static int layer(const Net *n, int k) { return k ? (INPUTS + 1 + (k - 1) * (n->width + 1)) * n->lanes : 0; }
static int entering(const Net *n, int k) { return k ? PAD(INPUTS) + (k - 1) * n->lanes : 0; }

static float *floats(size_t count) {
  void *at = aligned_alloc(64, (count * 4 + 127) & ~(size_t)63);
  memset(at, 0, count * 4);
  return at;
}

/* y[0 .. lanes) = start + sum over k of x[k] M[k, :], or its relu where asked; C vectors at a time are in registers */
#define FLOOR(v) (relu ? MAX(v, SET1(0)) : (v))
#define COLUMNS(C)                                                                                         \
  static inline void columns##C(const float *x, int xs, int n, const float *m, int ms, const float *start, float *y, int relu) { \
    vf a[C];                                                                                               \
    _Pragma("GCC unroll 8") for (int c = 0; c < C; c++) a[c] = start ? LOAD(start + c * L) : SET1(0);      \
    for (int k = 0; k < n; k++, x += xs, m += ms) {                                                        \
      vf s = SET1(*x);                                                                                     \
      _Pragma("GCC unroll 8") for (int c = 0; c < C; c++) a[c] = MADD(a[c], s, LOAD(m + c * L));           \
    }                                                                                                      \
    _Pragma("GCC unroll 8") for (int c = 0; c < C; c++) STORE(y + c * L, FLOOR(a[c]));                     \
  }
COLUMNS(1) COLUMNS(2) COLUMNS(3) COLUMNS(4) COLUMNS(5) COLUMNS(6) COLUMNS(7)

static void product(const float *x, int xs, int n, const float *m, int ms, const float *start, float *y, int lanes, int relu) {
  int left = lanes / L, blocks = (left + 6) / 7;
  while (left) {
    int c = blocks == 1 ? left : (left + blocks - 1) / blocks;
    switch (c) {
      case 7: columns7(x, xs, n, m, ms, start, y, relu); break;
      case 6: columns6(x, xs, n, m, ms, start, y, relu); break;
      case 5: columns5(x, xs, n, m, ms, start, y, relu); break;
      case 4: columns4(x, xs, n, m, ms, start, y, relu); break;
      case 3: columns3(x, xs, n, m, ms, start, y, relu); break;
      case 2: columns2(x, xs, n, m, ms, start, y, relu); break;
      default: columns1(x, xs, n, m, ms, start, y, relu);
    }
    m += c * L;
    y += c * L;
    if (start) start += c * L;
    left -= c;
    blocks--;
  }
}

/* the same for two x at once, which share the loads of M */
#define PAIRS(C)                                                                                           \
  static inline void pairs##C(const float *x, const float *x2, int xs, int n, const float *m, int ms, const float *start, float *y, float *y2, int relu) { \
    vf a[C], b[C];                                                                                         \
    _Pragma("GCC unroll 8") for (int c = 0; c < C; c++) a[c] = b[c] = start ? LOAD(start + c * L) : SET1(0); \
    for (int k = 0; k < n; k++, x += xs, x2 += xs, m += ms) {                                              \
      vf s = SET1(*x), t = SET1(*x2);                                                                      \
      _Pragma("GCC unroll 8") for (int c = 0; c < C; c++) {                                                \
        vf w = LOAD(m + c * L);                                                                            \
        a[c] = MADD(a[c], s, w);                                                                           \
        b[c] = MADD(b[c], t, w);                                                                           \
      }                                                                                                    \
    }                                                                                                      \
    _Pragma("GCC unroll 8") for (int c = 0; c < C; c++) STORE(y + c * L, FLOOR(a[c])), STORE(y2 + c * L, FLOOR(b[c])); \
  }
PAIRS(1) PAIRS(2) PAIRS(3) PAIRS(4)

static void product_pair(const float *x, const float *x2, int xs, int n, const float *m, int ms, const float *start,
                         float *y, float *y2, int lanes, int relu) {
  int left = lanes / L, blocks = (left + 3) / 4;
  while (left) {
    int c = blocks == 1 ? left : (left + blocks - 1) / blocks;
    switch (c) {
      case 4: pairs4(x, x2, xs, n, m, ms, start, y, y2, relu); break;
      case 3: pairs3(x, x2, xs, n, m, ms, start, y, y2, relu); break;
      case 2: pairs2(x, x2, xs, n, m, ms, start, y, y2, relu); break;
      default: pairs1(x, x2, xs, n, m, ms, start, y, y2, relu);
    }
    m += c * L;
    y += c * L;
    y2 += c * L;
    if (start) start += c * L;
    left -= c;
    blocks--;
  }
}

/* the same for `count` x and y, which are xrow and yrow floats apart, two at a time */
static void products(int count, const float *x, int xrow, int xs, int n, const float *m, int ms, const float *start,
                     float *y, int yrow, int lanes, int relu) {
  for (; count > 1; count -= 2, x += 2 * xrow, y += 2 * yrow) product_pair(x, x + xrow, xs, n, m, ms, start, y, y + yrow, lanes, relu);
  if (count) product(x, xs, n, m, ms, start, y, lanes, relu);
}

static inline float lane_sum(vf s) {
  float t[L] __attribute__((aligned(64)));
  STORE(t, s);
  float sum = (t[0] + t[1]) + (t[2] + t[3]);
#if L == 8
  sum += (t[4] + t[5]) + (t[6] + t[7]);
#endif
  return sum;
}

/* the scalar products of x with a and of x with b, of `lanes` floats each, in the two lower lanes */
static inline __m128 dots(const float *x, const float *a, const float *b, int lanes) {
  vf s = SET1(0), t = s;
  for (int i = 0; i < lanes; i += L) {
    vf value = LOAD(x + i);
    s = MADD(s, value, LOAD(a + i));
    t = MADD(t, value, LOAD(b + i));
  }
#if L == 4
  vf low = _mm_unpacklo_ps(s, t), high = _mm_unpackhi_ps(s, t);
  return ADD(ADD(low, _mm_movehl_ps(low, low)), ADD(high, _mm_movehl_ps(high, high)));
#else
  return _mm_setr_ps(lane_sum(s), lane_sum(t), 0, 0);
#endif
}

static void head_forward(const Net *n, float *acts) {
  const float *h = acts + entering(n, n->depth), *w = n->p + layer(n, n->depth);
  float *out = acts + entering(n, n->depth + 1);
  const float *bias = w + n->outputs * n->lanes;
  int a = 0;
  for (; a + 1 < n->outputs; a += 2, w += 2 * n->lanes) {
    __m128 biases = _mm_loadl_pi(_mm_setzero_ps(), (const __m64 *)(bias + a));
    _mm_storel_pi((__m64 *)(out + a), _mm_add_ps(dots(h, w, w + n->lanes, n->lanes), biases));
  }
  if (a < n->outputs) {
    vf s = SET1(0);
    for (int i = 0; i < n->lanes; i += L) s = MADD(s, LOAD(h + i), LOAD(w + i));
    out[a] = lane_sum(s) + bias[a];
  }
}

static void forward(const Net *n, float *acts) {
  for (int k = 0; k < n->depth; k++) {
    const float *w = n->p + layer(n, k);
    product(acts + entering(n, k), 1, rows(n, k), w, n->lanes, w + rows(n, k) * n->lanes, acts + entering(n, k + 1), n->lanes, 1);
  }
  head_forward(n, acts);
}

static void forward_all(const Net *n, float *acts, int count) {
  for (int k = 0; k < n->depth; k++) {
    const float *w = n->p + layer(n, k);
    products(count, acts + entering(n, k), n->acts, 1, rows(n, k), w, n->lanes, w + rows(n, k) * n->lanes,
             acts + entering(n, k + 1), n->acts, n->lanes, 1);
  }
  int b = 0;
  if (n->outputs == 1) {
    const float *w = n->p + layer(n, n->depth), *h = acts + entering(n, n->depth);
    float *out = acts + entering(n, n->depth + 1);
    for (; b + 1 < count; b += 2, h += 2 * n->acts) {
      __m128 values = _mm_add_ps(dots(w, h, h + n->acts, n->lanes), _mm_set1_ps(w[n->lanes]));
      out[b * n->acts] = _mm_cvtss_f32(values);
      out[(b + 1) * n->acts] = _mm_cvtss_f32(_mm_shuffle_ps(values, values, 1));
    }
  }
  for (; b < count; b++) head_forward(n, acts + b * n->acts);
}

/* the softmax of two, with one exponential and without a branch on which of them is larger */
static void softmax(const float *z, float *p) {
  __m128 both = _mm_loadl_pi(_mm_setzero_ps(), (const __m64 *)z);
  __m128 below = _mm_sub_ps(both, _mm_max_ps(both, _mm_shuffle_ps(both, both, _MM_SHUFFLE(3, 2, 0, 1))));
  float e = expf(_mm_cvtss_f32(below) + _mm_cvtss_f32(_mm_shuffle_ps(below, below, 1)));
  __m128 terms = _mm_blendv_ps(_mm_set1_ps(e), _mm_set1_ps(1), _mm_cmpeq_ps(below, _mm_setzero_ps()));
  _mm_storel_pi((__m64 *)p, _mm_div_ps(terms, _mm_set1_ps(1 + e)));
}

static inline vf hidden_delta(vf h, vf sum) {
  vf delta = AND(sum, GT(h, SET1(0)));
#if L == 8
  vf size = _mm256_andnot_ps(SET1(-0.0f), delta);
#else
  vf size = _mm_andnot_ps(SET1(-0.0f), delta);
#endif
  return AND(delta, GT(size, SET1(0x1p-40f)));
}

static void deactivate(const Net *n, const float *h, float *d) {
  for (int i = 0; i < n->lanes; i += L) STORE(d + i, hidden_delta(LOAD(h + i), LOAD(d + i)));
  for (int i = n->width; i < n->lanes; i++) d[i] = 0;
}

static void begin(Net *n, double rate, float *a, float *e) {
  n->steps++;
  n->power1 *= 0.9;
  n->power2 *= 0.999;
  if (n->power1 < 0x1p-60) n->power1 = 0;
  if (n->power2 < 0x1p-60) n->power2 = 0;
  double root = sqrt(1 - 0.999);
  *a = (float)(((rate * sqrt(1 - n->power2)) / (1 - n->power1)) * ((1 - 0.9) / root));
  *e = (float)(1e-7 / root);
}

static void finish(Net *n) {
  if (n->steps % 64) return;
  for (float *at = n->m, *both = n->m;; at = both = n->v) {
    for (int i = 0; i < n->floats; i++) if (fabsf(at[i]) < 0x1p-80f) at[i] = 0;
    if (both == n->v) break;
  }
}

static inline void update(float *p, vf w, float *m, float *v, vf g, vf a, vf e) {
  vf first = MADD(g, SET1(BETA1), LOAD(m));
#if L == 8
  vf second = MADD(MUL(g, g), SET1(BETA2), LOAD(v));
#else
  vf second = ADD(MUL(SET1(BETA2), LOAD(v)), MUL(g, g));
#endif
  STORE(m, first);
  STORE(v, second);
  STORE(p, SUB(w, DIV(MUL(a, first), ADD(SQRT(second), e))));
}

static inline void train_row(float *p, float *m, float *v, float x, const float *d, int lanes, vf a, vf e) {
  vf s = SET1(x);
  for (int j = 0; j < lanes; j += L) update(p + j, LOAD(p + j), m + j, v + j, MUL(s, LOAD(d + j)), a, e);
}

#if L == 4
/* adds columns j .. j + 3 of four rows w, times d[j .. j + 3], to the sums of the rows; transposes 4 x 4 in registers */
static inline vf add_columns(vf sums, vf w0, vf w1, vf w2, vf w3, const float *d) {
  vf t0 = _mm_unpacklo_ps(w0, w1), t1 = _mm_unpacklo_ps(w2, w3);
  vf t2 = _mm_unpackhi_ps(w0, w1), t3 = _mm_unpackhi_ps(w2, w3);
  sums = ADD(sums, MUL(SET1(d[0]), _mm_movelh_ps(t0, t1)));
  sums = ADD(sums, MUL(SET1(d[1]), _mm_movehl_ps(t1, t0)));
  sums = ADD(sums, MUL(SET1(d[2]), _mm_movelh_ps(t2, t3)));
  return ADD(sums, MUL(SET1(d[3]), _mm_movehl_ps(t3, t2)));
}
#endif

/* trains a hidden layer: the update, and the sums for the layer below, four rows at a time */
static void train_layer(float *p, float *m, float *v, int n, int lanes, const float *x, const float *d, float *below, vf a, vf e) {
  int i = 0;
  if (below) {
    for (; i + 4 <= n; i += 4, p += 4 * lanes, m += 4 * lanes, v += 4 * lanes) {
#if L == 4
      vf sums = SET1(0);
#else
      vf s0 = SET1(0), s1 = s0, s2 = s0, s3 = s0;
#endif
      vf x0 = SET1(x[i]), x1 = SET1(x[i + 1]), x2 = SET1(x[i + 2]), x3 = SET1(x[i + 3]);
      for (int j = 0; j < lanes; j += L) {
        vf w0 = LOAD(p + j), w1 = LOAD(p + lanes + j), w2 = LOAD(p + 2 * lanes + j), w3 = LOAD(p + 3 * lanes + j);
        vf delta = LOAD(d + j);
#if L == 4
        sums = add_columns(sums, w0, w1, w2, w3, d + j);
#else
        s0 = MADD(s0, w0, delta);
        s1 = MADD(s1, w1, delta);
        s2 = MADD(s2, w2, delta);
        s3 = MADD(s3, w3, delta);
#endif
        update(p + j, w0, m + j, v + j, MUL(x0, delta), a, e);
        update(p + lanes + j, w1, m + lanes + j, v + lanes + j, MUL(x1, delta), a, e);
        update(p + 2 * lanes + j, w2, m + 2 * lanes + j, v + 2 * lanes + j, MUL(x2, delta), a, e);
        update(p + 3 * lanes + j, w3, m + 3 * lanes + j, v + 3 * lanes + j, MUL(x3, delta), a, e);
      }
#if L == 4
      _mm_storeu_ps(below + i, sums);
#else
      below[i] = lane_sum(s0);
      below[i + 1] = lane_sum(s1);
      below[i + 2] = lane_sum(s2);
      below[i + 3] = lane_sum(s3);
#endif
    }
  }
#if L == 4
  /* the sums of the last rows; those of the rows behind them fall into the padding */
  if (below && i < n) {
    vf sums = SET1(0);
    for (int j = 0; j < lanes; j += L)
      sums = add_columns(sums, LOAD(p + j), LOAD(p + lanes + j), LOAD(p + 2 * lanes + j), LOAD(p + 3 * lanes + j), d + j);
    _mm_storeu_ps(below + i, sums);
  }
#endif
  for (; i < n; i++, p += lanes, m += lanes, v += lanes) {
#if L == 8
    if (below) {
      vf sum = SET1(0);
      for (int j = 0; j < lanes; j += L) sum = MADD(sum, LOAD(p + j), LOAD(d + j));
      below[i] = lane_sum(sum);
    }
#endif
    train_row(p, m, v, x[i], d, lanes, a, e);
  }
  train_row(p, m, v, 1, d, lanes, a, e);
}

/* trains the head: the update, and the deltas of the last hidden layer */
static void train_head(const Net *n, float *p, float *m, float *v, const float *h, const float *d, float *above, vf a, vf e) {
  int biases = n->outputs * n->lanes;
  for (int j = 0; j < n->lanes; j += L) {
    vf input = LOAD(h + j), sum = SET1(0);
    for (int k = 0, q = j; q < biases; k++, q += n->lanes) {
      vf delta = SET1(d[k]), w = LOAD(p + q);
      sum = ADD(sum, MUL(delta, w));
      update(p + q, w, m + q, v + q, MUL(delta, input), a, e);
    }
    STORE(above + j, hidden_delta(input, sum));
  }
  train_row(p + biases, m + biases, v + biases, 1, d, n->out, a, e);
}

static float scratch[2][1024 + 8] __attribute__((aligned(64)));

static void train_online(Net *n, double rate, const float *acts, const float *head) {
  float af, ef;
  begin(n, rate, &af, &ef);
  vf a = SET1(af), e = SET1(ef);
  int top = layer(n, n->depth);
  const float *h = acts + entering(n, n->depth);
  float *above = scratch[0], *below = scratch[1];
  train_head(n, n->p + top, n->m + top, n->v + top, h, head, above, a, e);
  for (int k = n->depth; k-- > 0;) {
    int at = layer(n, k);
    const float *x = acts + entering(n, k);
    train_layer(n->p + at, n->m + at, n->v + at, rows(n, k), n->lanes, x, above, k ? below : 0, a, e);
    if (k) {
      deactivate(n, x, below);
      float *held = above;
      above = below;
      below = held;
    }
  }
  finish(n);
}

/* ---- batch */

static float *batch_acts, *batch_deltas, *transposed;

static const float one = 1;

static void backward(Net *n, int count) {
  int top = layer(n, n->depth), ds = n->depth * n->lanes + n->out;
  float *heads = batch_deltas + n->depth * n->lanes;
  products(n->outputs, heads, 1, ds, count, batch_acts + entering(n, n->depth), n->acts, 0, n->g + top, n->lanes, n->lanes, 0);
  product(&one, 0, count, heads, ds, 0, n->g + top + n->outputs * n->lanes, n->out, 0);
  const float *carrier = n->p + top;
  int carried = n->outputs;
  for (int k = n->depth; k-- > 0;) {
    float *g = n->g + layer(n, k), *deltas = batch_deltas + k * n->lanes;
    products(count, deltas + n->lanes, ds, 1, carried, carrier, n->lanes, 0, deltas, ds, n->lanes, 0);
    for (int b = 0; b < count; b++) deactivate(n, batch_acts + b * n->acts + entering(n, k + 1), deltas + b * ds);
    products(rows(n, k), batch_acts + entering(n, k), 1, n->acts, count, deltas, ds, 0, g, n->lanes, n->lanes, 0);
    product(&one, 0, count, deltas, ds, 0, g + rows(n, k) * n->lanes, n->lanes, 0);
    if (k) {
      const float *w = n->p + layer(n, k);
      for (int i = 0; i < n->lanes; i += 4)
        for (int j = 0; j < n->lanes; j += 4) {
          const float *from = w + i * n->lanes + j;
          float *to = transposed + j * n->lanes + i;
          __m128 r0 = _mm_load_ps(from), r1 = _mm_load_ps(from + n->lanes);
          __m128 r2 = _mm_load_ps(from + 2 * n->lanes), r3 = _mm_load_ps(from + 3 * n->lanes);
          _MM_TRANSPOSE4_PS(r0, r1, r2, r3);
          _mm_store_ps(to, r0);
          _mm_store_ps(to + n->lanes, r1);
          _mm_store_ps(to + 2 * n->lanes, r2);
          _mm_store_ps(to + 3 * n->lanes, r3);
        }
      carrier = transposed;
      carried = n->width;
    }
  }
}

/* Philox4x32-10 and the kernel's shuffle, so that both sides see the entries in one order */
static struct {
  uint64_t block;
  uint32_t words[4];
  int left;
} stream;

static uint32_t draw_word(void) {
  if (!stream.left) {
    uint32_t c[4] = {(uint32_t)stream.block, (uint32_t)(stream.block >> 32), 0, 0}, k0 = 1, k1 = 2;
    for (int r = 0; r < 10; r++, k0 += 0x9e3779b9u, k1 += 0xbb67ae85u) {
      uint64_t a = 0xd2511f53ull * c[0], b = 0xcd9e8d57ull * c[2];
      uint32_t next[4] = {(uint32_t)(b >> 32) ^ c[1] ^ k0, (uint32_t)b, (uint32_t)(a >> 32) ^ c[3] ^ k1, (uint32_t)a};
      memcpy(c, next, sizeof c);
    }
    memcpy(stream.words, c, sizeof c);
    stream.block++;
    stream.left = 4;
  }
  return stream.words[4 - stream.left--];
}

static uint32_t below(uint32_t bound) {
  uint64_t wide = (uint64_t)draw_word() * bound;
  while ((uint32_t)wide < bound && (uint32_t)wide < (0x100000000ull - bound) % bound) wide = (uint64_t)draw_word() * bound;
  return wide >> 32;
}

static void distil(Net *n, const float *entries, int count, int size) {
  static uint32_t order[1024];
  for (int i = 0; i < count; i++) order[i] = i;
  for (int i = count; i > 1; i--) {
    uint32_t j = below(i), held = order[i - 1];
    order[i - 1] = order[j];
    order[j] = held;
  }
  for (int start = 0; start < count; start += size) {
    int b = 0, ds = n->depth * n->lanes + n->out;
    for (; b < size && start + b < count; b++) {
      const float *entry = entries + 6 * order[start + b];
      memcpy(batch_acts + b * n->acts, entry, 16);
    }
    forward_all(n, batch_acts, b);
    for (int i = 0; i < b; i++) {
      float *p = batch_acts + i * n->acts + entering(n, n->depth + 1);
      softmax(p, p);
    }
    for (int i = 0; i < b; i++)
      for (int a = 0; a < 2; a++)
        batch_deltas[i * ds + n->depth * n->lanes + a] =
            (batch_acts[i * n->acts + entering(n, n->depth + 1) + a] - entries[6 * order[start + i] + 4 + a]) / (float)b;
    backward(n, b);
    float a, e;
    begin(n, 1e-3, &a, &e);
    for (int i = 0; i < n->floats; i += L)
      update(n->p + i, LOAD(n->p + i), n->m + i, n->v + i, LOAD(n->g + i), SET1(a), SET1(e));
    finish(n);
  }
}

/* ---- the commands; weights and data come from the congruential sequence that bench/work.ts has too */

static uint32_t state;
static float draw(void) {
  state = state * 1664525u + 1013904223u;
  return (float)(state >> 8) * 0x1p-24f - 0.5f;
}

static void make(Net *n, int width, int depth, int outputs) {
  free(n->p);
  n->width = width;
  n->depth = depth;
  n->outputs = outputs;
  n->lanes = PAD(width);
  n->out = PAD(outputs);
  n->floats = (INPUTS + 1 + (depth - 1) * (width + 1) + outputs) * n->lanes + n->out;
  n->acts = PAD(INPUTS) + depth * n->lanes + n->out;
  n->p = floats((size_t)4 * n->floats);
  n->m = n->p + n->floats;
  n->v = n->m + n->floats;
  n->g = n->v + n->floats;
  n->power1 = n->power2 = 1;
  n->steps = 0;
  for (int k = 0; k <= depth; k++)
    for (int i = 0; i <= rows(n, k); i++)
      for (int j = 0; j < (k < depth ? width : outputs); j++)
        n->p[layer(n, k) + (k < depth || i < width ? (k < depth ? i * n->lanes + j : j * n->lanes + i) : outputs * n->lanes + j)] = draw();
}

static uint32_t hash(const Net *n, uint32_t h) {
  for (int k = 0; k <= n->depth; k++)
    for (int i = 0; i <= rows(n, k); i++)
      for (int j = 0; j < (k < n->depth ? n->width : n->outputs); j++) {
        uint32_t word;
        memcpy(&word, n->p + layer(n, k) + (k < n->depth || i < n->width ? (k < n->depth ? i * n->lanes + j : j * n->lanes + i) : n->outputs * n->lanes + j), 4);
        for (int b = 0; b < 4; b++) h = (h ^ (word >> 8 * b & 255)) * 16777619u;
      }
  return h;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static Net policy, value;
static float entries[6 * 1024], *acts[3];

/* gamma, target and advantage are double, as in the kernel */
static void online(const float *s, const float *next, int action) {
  float p[L] __attribute__((aligned(64))) = {0}, d[L] __attribute__((aligned(64))) = {0};
  memcpy(acts[0], s, 16);
  forward(&policy, acts[0]);
  softmax(acts[0] + entering(&policy, policy.depth + 1), p);
  memcpy(acts[1], s, 16);
  memcpy(acts[2], next, 16);
  forward_all(&value, acts[1], 2);
  double v = acts[1][entering(&value, value.depth + 1)], w = acts[2][entering(&value, value.depth + 1)];
  double target = 1.0 + 0.99 * w, advantage = target - v;
  for (int a = 0; a < 2; a++) d[a] = (float)(((double)p[a] - (a == action)) * advantage);
  train_online(&policy, 1e-3, acts[0], d);
  memset(d, 0, sizeof d);
  d[0] = (float)(2 * (v - target));
  train_online(&value, 5e-3, acts[1], d);
}

/* ---- the environments, by the equations of assembly/cartpole.ts and assembly/acrobot.ts; actions and starts are drawn */

typedef struct {
  const char *name;
  int state, observations, actions, limit;
  double spread; /* a component starts in -spread..spread */
  int (*step)(double *s, int action);
  void (*observe)(const double *s, float *o);
} World;

static int cartpole_step(double *s, int action) {
  double sn = sin(s[2]), cs = cos(s[2]), total = 0.1 + 1.0, moment = 0.1 * 0.5;
  double temp = (10.0 * (2 * action - 1) + moment * (s[3] * s[3]) * sn) / total;
  double alpha = (9.8 * sn - cs * temp) / (0.5 * (4.0 / 3.0 - (0.1 * (cs * cs)) / total));
  double acceleration = temp - (moment * alpha * cs) / total;
  s[0] += 0.02 * s[1];
  s[1] += 0.02 * acceleration;
  s[2] += 0.02 * s[3];
  s[3] += 0.02 * alpha;
  return fabs(s[0]) > 2.4 || fabs(s[2]) > 12 * 2 * M_PI / 360;
}

static void cartpole_observe(const double *s, float *o) {
  for (int i = 0; i < 4; i++) o[i] = (float)s[i];
}

static void accelerate(const double *y, double torque, double *d) {
  double cs = cos(y[1]), sn = sin(y[1]);
  double d1 = 0.25 + (1.0 + 0.25 + 2 * 0.5 * cs) + 2.0, d2 = 0.25 + 0.5 * cs + 1.0;
  double phi2 = 0.5 * 9.8 * cos(y[0] + y[1] - M_PI / 2);
  double phi1 = -0.5 * (y[3] * y[3]) * sn - 2 * 0.5 * y[3] * y[2] * sn + 1.5 * 9.8 * cos(y[0] - M_PI / 2) + phi2;
  d[0] = y[2];
  d[1] = y[3];
  d[3] = (torque + d2 / d1 * phi1 - 0.5 * (y[2] * y[2]) * sn - phi2) / (0.25 + 1.0 - d2 * d2 / d1);
  d[2] = -(d2 * d[3] + phi1) / d1;
}

static int acrobot_step(double *s, int action) {
  double k[4][4], y[4];
  static const double share[3] = {0.1, 0.1, 0.2}, most[4] = {0, 0, 4 * M_PI, 9 * M_PI};
  accelerate(s, action - 1, k[0]);
  for (int n = 0; n < 3; n++) {
    for (int i = 0; i < 4; i++) y[i] = s[i] + share[n] * k[n][i];
    accelerate(y, action - 1, k[n + 1]);
  }
  for (int i = 0; i < 4; i++) s[i] += 0.2 / 6 * (k[0][i] + 2 * k[1][i] + 2 * k[2][i] + k[3][i]);
  for (int i = 0; i < 2; i++) {
    while (s[i] > M_PI) s[i] -= 2 * M_PI;
    while (s[i] < -M_PI) s[i] += 2 * M_PI;
  }
  for (int i = 2; i < 4; i++) s[i] = fmin(fmax(s[i], -most[i]), most[i]);
  return -cos(s[0]) - cos(s[1] + s[0]) > 1;
}

static void acrobot_observe(const double *s, float *o) {
  o[0] = (float)cos(s[0]);
  o[1] = (float)sin(s[0]);
  o[2] = (float)cos(s[1]);
  o[3] = (float)sin(s[1]);
  o[4] = (float)s[2];
  o[5] = (float)s[3];
}

static const World worlds[] = {
  {"CartPole-v1", 4, 4, 2, 500, 0.05, cartpole_step, cartpole_observe},
  {"Acrobot-v1", 4, 6, 3, 500, 0.1, acrobot_step, acrobot_observe},
};

static float observed[8];

static void play(const World *w, int reps) {
  double s[4];
  int steps = 0;
  for (int k = 0; k < reps; k++) {
    if (steps == 0)
      for (int i = 0; i < w->state; i++) s[i] = 2 * w->spread * draw();
    int action = (int)((draw() + 0.5) * w->actions);
    int ended = w->step(s, action);
    w->observe(s, observed);
    steps = ended || steps + 1 == w->limit ? 0 : steps + 1;
  }
}

int main(void) {
  char line[128], name[16];
  int lastN = 0, lastBatch = -1;
  static float *source, *target;
  while (fgets(line, sizeof line, stdin)) {
    int n, size, reps;
    if (sscanf(line, "online %d %d", &n, &reps) == 2) {
      if (n != lastN || lastBatch != 0) {
        state = 1;
        make(&policy, n, 2, 2);
        make(&value, n, 2, 1);
        for (int k = 0; k < 2; k++) acts[k] = floats(8192);
        acts[2] = acts[1] + value.acts;
        for (int k = 0; k < 6 * 1024; k++) entries[k] = draw() / 8;
        lastN = n;
        lastBatch = 0;
      }
      double start = now();
      for (int k = 0; k < reps; k++) online(entries + 6 * (k & 1022), entries + 6 * ((k & 1022) + 1), k & 1);
      printf("%.3f\n", (now() - start) / reps);
    } else if (sscanf(line, "distil %d %d %d", &n, &size, &reps) == 3) {
      if (n != lastN || lastBatch != size) {
        state = 1;
        memset(&stream, 0, sizeof stream);
        make(&policy, n, 2, 2);
        free(batch_acts);
        batch_acts = floats((size_t)size * policy.acts);
        free(batch_deltas);
        batch_deltas = floats((size_t)size * (2 * policy.lanes + policy.out));
        free(transposed);
        transposed = floats((size_t)policy.lanes * policy.lanes);
        for (int k = 0; k < 1024; k++) {
          for (int i = 0; i < 4; i++) entries[6 * k + i] = draw();
          entries[6 * k + 4] = draw() + 0.5f;
          entries[6 * k + 5] = 1 - entries[6 * k + 4];
        }
        lastN = n;
        lastBatch = size;
      }
      double start = now();
      for (int k = 0; k < reps; k++) distil(&policy, entries, 1024, size);
      printf("%.3f\n", (now() - start) / reps / 1024);
    } else if (sscanf(line, "physics %15s %d", name, &reps) == 2) {
      const World *world = worlds;
      while (strcmp(world->name, name) && world - worlds < 1) world++;
      double start = now();
      play(world, reps);
      printf("%.3f\n", (now() - start) / reps);
    } else if (sscanf(line, "copy %d %d", &size, &reps) == 2) {
      source = realloc(source, size);
      target = realloc(target, size);
      memset(source, 1, size);
      double start = now();
      for (int k = 0; k < reps; k++) {
        memcpy(target, source, size);
        __asm__ volatile("" : : "r"(target) : "memory");
      }
      printf("%.3f\n", (now() - start) / reps);
    } else if (!strncmp(line, "hash", 4)) {
      uint32_t h = hash(&policy, 2166136261u);
      printf("%u\n", lastBatch == 0 ? hash(&value, h) : h);
    } else {
      printf("unknown\n");
    }
    fflush(stdout);
  }
  return 0;
}
