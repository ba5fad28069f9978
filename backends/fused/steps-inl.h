// Time steps as a whole, for kernels.cpp alone, which includes this once per instruction set.
#if defined(LOCKSTEP_FUSED_STEPS) == defined(HWY_TARGET_TOGGLE)
#ifdef LOCKSTEP_FUSED_STEPS
#undef LOCKSTEP_FUSED_STEPS
#else
#define LOCKSTEP_FUSED_STEPS
#endif

#include <algorithm>
#include <type_traits>
#include <utility>

#include <hwy/highway.h>

#include "backends/fused/sum-inl.h"
#include "backends/fused/tiles.h"
#include "backends/fused/update-inl.h"

#define LOCKSTEP_UNROLL _Pragma("GCC unroll 8")
#define LOCKSTEP_INLINE HWY_ATTR __attribute__((always_inline))

HWY_BEFORE_NAMESPACE();
/// A core looks only some sixty operations of its vector units ahead, and an update is a long chain of them.
/// So what does not wait for each other stands side by side: the updates of all rows of a tile, and the sums
/// of one block beside the update of the one before it.
namespace lockstep::fused::HWY_NAMESPACE {

/// Some rows of one step.
struct StepTile {
  const Steps& steps;
  std::int64_t step, row;  // row: the first

  const float* h_before() const { return steps.h[step % 2]; }
  std::int64_t state(std::int64_t r, std::int64_t unit) const {
    return (row + r) * steps.state_stride + unit;
  }
  V h(std::int64_t r, std::int64_t unit) const { return load(h_before() + state(r, unit)); }
  void show(std::int64_t r, std::int64_t unit, V h) const {
    hn::StoreU(h, D(), steps.h[(step + 1) % 2] + state(r, unit));
    if (steps.output != nullptr)
      hn::StoreU(h, D(), steps.output + step * steps.output_step + (row + r) * steps.output_row + unit);
  }
};

/// To M of the N vectors of the block that begins at this column.
template <int N, int R, int M>
HWY_INLINE void add_block(V (&sums)[R][M], const float* const (&values)[R], const float* weights,
                          std::int64_t k, std::int64_t column, int first) {
  add_packed<N>(sums, values, weights + column * k, 2 * lanes * k, k, first);
}
/// What the input adds to it, with what the sums begin with.
template <int N, int R, int M>
HWY_INLINE void add_input(V (&sums)[R][M], const StepTile& tile, const StepProduct& product,
                          std::int64_t column, int first) {
  const Steps& steps = tile.steps;
  const std::int64_t at = tile.step * product.start_step + tile.row * product.start_row + column;
  start_with(sums, product.start + at + first * lanes, product.start_row);
  if (product.kernel == nullptr) return;
  const float* values[R];
  LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) values[r] =
      steps.input + tile.step * steps.input_step + (tile.row + r) * steps.input_row;
  add_block<N>(sums, values, product.kernel, steps.features, column, first);
}
/// What h, or r * h, adds to it: the rows of a state, `state_stride` apart.
template <int N, int R, int M>
HWY_INLINE void add_recurrent(V (&sums)[R][M], const StepTile& tile, const float* states,
                              const StepProduct& product, std::int64_t column, int first) {
  const float* values[R];
  LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) values[r] = states + tile.state(r, 0);
  add_block<N>(sums, values, product.recurrent_kernel, tile.steps.units, column, first);
}
/// All sums of it.
template <int R, int N>
HWY_INLINE void gate_sums(V (&sums)[R][N], const StepTile& tile, const float* states,
                          const StepProduct& product, std::int64_t column) {
  compute_in_registers(sums, [&](auto& some, int first) LOCKSTEP_INLINE {
    add_input<N>(some, tile, product, column, first);
    add_recurrent<N>(some, tile, states, product, column, first);
  });
}

template <int R, int N>
void simple_rnn_tile(const StepTile& tile, std::int64_t first) {
  const StepProduct& product = tile.steps.products[0];
  V sums[R][N];
  gate_sums(sums, tile, tile.h_before(), product, first);
  LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) LOCKSTEP_UNROLL for (int n = 0; n < N; ++n)
      tile.show(r, first + n * lanes, tanh(sums[r][n]));
}

/// One vector of units: i f c o.
template <int R>
HWY_INLINE void lstm_sums(V (&sums)[R][4], const StepTile& tile, std::int64_t first) {
  gate_sums(sums, tile, tile.h_before(), tile.steps.products[0], 4 * first);
}
template <int R>
HWY_INLINE void lstm_update(const V (&sums)[R][4], const StepTile& tile, std::int64_t first) {
  const Usual use;
  V next_c[R];
  LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) {
    float* c = tile.steps.c + tile.state(r, first);
    next_c[r] = lstm_c(use, sums[r][0], sums[r][1], sums[r][2], load(c));
    hn::StoreU(next_c[r], D(), c);
  }
  LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) tile.show(r, first, lstm_h(use, sums[r][3], next_c[r]));
}
template <int R>
void lstm_tile(const StepTile& tile, std::int64_t first) {
  V sums[R][4];
  lstm_sums<R>(sums, tile, first);
  lstm_update<R>(sums, tile, first);
}
/// The sums of each block before the update of the one before it.
static void lstm_steps_of_one_row(const Steps& steps) {
  V sums[2][1][4];
  const std::int64_t blocks = steps.units / lanes;
  for (std::int64_t step = 0; step < steps.count; ++step) {
    const StepTile tile{steps, step, 0};
    std::int64_t first = block_at(0, blocks, step) * lanes;
    lstm_sums<1>(sums[0], tile, first);
    int now = 0;
    for (std::int64_t place = 1; place < blocks; ++place, now = 1 - now) {
      const std::int64_t before = std::exchange(first, block_at(place, blocks, step) * lanes);
      lstm_sums<1>(sums[1 - now], tile, first);
      lstm_update<1>(sums[now], tile, before);
    }
    lstm_update<1>(sums[now], tile, first);
  }
}

/// z and r of N vectors of units.
template <int R, int N>
HWY_INLINE void gru_sums(V (&sums)[R][2 * N], const StepTile& tile, std::int64_t first) {
  gate_sums(sums, tile, tile.h_before(), tile.steps.products[0], 2 * first);
}
/// Of N vectors of units, which are from number `from` on in the candidate's.
template <int from, int R, int N, int C>
HWY_INLINE void gru_update(const V (&sums)[R][N], const V (&input)[R][C], const V (&recurrent)[R][C],
                           const StepTile& tile, std::int64_t first) {
  const Usual use;
  constexpr int vectors = N / 2;
  V before[R][vectors];
  LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) LOCKSTEP_UNROLL for (int n = 0; n < vectors; ++n) before[r][n] =
      gru_candidate_after(use, input[r][from + n], sums[r][vectors + n], recurrent[r][from + n]);
  LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) LOCKSTEP_UNROLL for (int n = 0; n < vectors; ++n) {
    const std::int64_t unit = first + n * lanes;
    tile.show(r, unit, gru_h_after(use, sums[r][n], tanh(before[r][n]), tile.h(r, unit)));
  }
}
/// C vectors of units, of which two at a time have their z and r in one block.
template <int R, int C>
void gru_after_tile(const StepTile& tile, std::int64_t first) {
  const StepProduct& product = tile.steps.products[1];
  V input[R][C], recurrent[R][C];
  compute_in_registers(recurrent, [&](auto& some, int vector) LOCKSTEP_INLINE {
    start_with(some, tile.steps.recurrent_bias + first + vector * lanes, 0);
    add_recurrent<C>(some, tile, tile.h_before(), product, first, vector);
  });
  compute_in_registers(input, [&](auto& some, int vector)
                                  LOCKSTEP_INLINE { add_input<C>(some, tile, product, first, vector); });
  constexpr int vectors = C == 1 ? 1 : 2;
  V sums[R][2 * vectors];
  gru_sums<R, vectors>(sums, tile, first);
  if constexpr (C > 2) {
    const std::int64_t next = first + 2 * lanes;
    V more[R][2 * (C - 2)];
    gru_sums<R, C - 2>(more, tile, next);
    gru_update<0>(sums, input, recurrent, tile, first);
    gru_update<2>(more, input, recurrent, tile, next);
  } else {
    gru_update<0>(sums, input, recurrent, tile, first);
  }
}

/// z and r * h of N vectors of units.
template <int R, int N>
void gru_reset_tile(const StepTile& tile, std::int64_t first) {
  V sums[R][2 * N];
  gru_sums<R, N>(sums, tile, first);
  LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) LOCKSTEP_UNROLL for (int n = 0; n < N; ++n) {
    const std::int64_t unit = first + n * lanes, at = tile.state(r, unit);
    hn::StoreU(sigmoid(sums[r][n]), D(), tile.steps.z + at);
    hn::StoreU(gated(sums[r][N + n], tile.h(r, unit)), D(), tile.steps.reset_h + at);
  }
}
/// C vectors of units, when r * h is known of all.
template <int R, int C>
void gru_before_tile(const StepTile& tile, std::int64_t first) {
  const StepProduct& product = tile.steps.products[1];
  V sums[R][C];
  gate_sums(sums, tile, tile.steps.reset_h, product, first);
  LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) LOCKSTEP_UNROLL for (int n = 0; n < C; ++n) {
    const std::int64_t unit = first + n * lanes;
    const V z = load(tile.steps.z + tile.state(r, unit));
    tile.show(r, unit, gru_h_before(z, tanh(sums[r][n]), tile.h(r, unit)));
  }
}

/// use(std::integral_constant<int, n>()) for n = 1 ... most.
template <int most, class Use>
HWY_INLINE void with_constant(std::int64_t n, Use&& use) {
  if constexpr (most > 1)
    if (n != most) return with_constant<most - 1>(n, use);
  use(std::integral_constant<int, most>());
}

/// Block after block of so many vectors of units, each for all rows: use(tile, rows, first, vectors).
template <int vectors, class Use>
HWY_INLINE void for_each_block(const Steps& steps, std::int64_t step, Use&& use) {
  constexpr std::int64_t width = vectors * lanes;
  const std::int64_t blocks = (steps.units + width - 1) / width;
  for (std::int64_t place = 0; place < blocks; ++place) {
    const std::int64_t first = block_at(place, blocks, step) * width;
    with_constant<vectors>(std::min<std::int64_t>(vectors, (steps.units - first) / lanes), [&](auto n) {
      for_each_tile(steps.rows, steps.rows_at_once, [&](const Slice& rows) {
        with_constant<most_rows>(rows.size(), [&](auto r) {
          use(StepTile{steps, step, rows.begin}, r, first, n);
        });
      });
    });
  }
}

static void simple_rnn_steps(const Steps& steps) {
  for (std::int64_t step = 0; step < steps.count; ++step)
    for_each_block<4>(steps, step, [](const StepTile& tile, auto rows, std::int64_t first, auto vectors) {
      simple_rnn_tile<rows, vectors>(tile, first);
    });
}
static void lstm_steps(const Steps& steps) {
  if (steps.rows == 1) return lstm_steps_of_one_row(steps);
  for (std::int64_t step = 0; step < steps.count; ++step)
    for_each_block<1>(steps, step, [](const StepTile& tile, auto rows, std::int64_t first, auto) {
      lstm_tile<rows>(tile, first);
    });
}
static void gru_after_steps(const Steps& steps) {
  for (std::int64_t step = 0; step < steps.count; ++step)
    for_each_block<4>(steps, step, [](const StepTile& tile, auto rows, std::int64_t first, auto vectors) {
      gru_after_tile<rows, vectors>(tile, first);
    });
}
static void gru_before_steps(const Steps& steps) {
  for (std::int64_t step = 0; step < steps.count; ++step) {
    for_each_block<2>(steps, step, [](const StepTile& tile, auto rows, std::int64_t first, auto vectors) {
      gru_reset_tile<rows, vectors>(tile, first);
    });
    for_each_block<4>(steps, step, [](const StepTile& tile, auto rows, std::int64_t first, auto vectors) {
      gru_before_tile<rows, vectors>(tile, first);
    });
  }
}

}  // namespace lockstep::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#undef LOCKSTEP_UNROLL
#undef LOCKSTEP_INLINE
#endif
