#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "backends/spec.h"

/// What is compiled once per instruction set: plain functions in a table. All else is compiled once.
namespace lockstep::fused {

/// A product that is added to sums: k values of each row times k rows of packed weights.
struct Operand {
  const float* const* rows = nullptr;  // one address per row
  std::int64_t first = 0;              // the place in each row of the first of the k values
  std::int64_t k = 0;
  const float* weights = nullptr;  // as Panels pack them, on the boundary of a vector
  std::int64_t half_step = 0;      // of four vectors, from the first two of them to the others
};

/// Sums of some rows over one block of columns, which stay in registers until all is added.
struct SumTile {
  const float* start = nullptr;   // [rows, vectors * lanes]: what they begin with
  std::int64_t start_stride = 0;  // between rows; 0: all begin alike
  const Operand* operands = nullptr;
  std::int64_t operand_count = 0;
  std::int64_t row = 0;   // of the operands that is the tile's first
  float* sums = nullptr;  // [rows, vectors * lanes]; may be `start`
  std::int64_t sums_stride = 0;
};
using Sum = void (*)(const SumTile&);

/// Some rows of one block of units whose sums are known: what is left of their time step. Up to a vector less
/// one element may be read behind each row of sums and of states, and written behind the states'.
struct UpdateTile {
  std::int64_t rows = 0, units = 0;
  const float* gates = nullptr;  // [rows, gates * units]: lstm i f c o, gru z r, simple_rnn h
  std::int64_t gates_stride = 0;
  const float* candidate = nullptr;  // [rows, units], gru: of the input; with reset before, of both
  std::int64_t candidate_stride = 0;
  const float* recurrent_candidate = nullptr;  // [rows, units], gru reset_after: h · recurrent_kernel + bias
  std::int64_t recurrent_candidate_stride = 0;
  const float* h = nullptr;  // of the step before
  float* next_h = nullptr;   // of this one
  float* c = nullptr;        // lstm
  float* z = nullptr;        // gru reset before, from its first half to its second
  float* reset_h = nullptr;  // gru reset before: r * h
  std::int64_t state_stride = 0;
  float* output = nullptr;  // receives h; null: not asked for
  std::int64_t output_stride = 0;
  Activation activation = Activation::tanh, recurrent_activation = Activation::sigmoid;

  /// The tile of row `i` alone.
  UpdateTile row(std::int64_t i) const;
};
using Update = void (*)(const UpdateTile&);

/// The second halves of a time step, by cell.
struct Updates {
  Update simple_rnn, lstm, gru_after;
  Update gru_reset, gru_before;  // reset before: z and r * h; then, with the candidate's sums, h
};

/// A gate product's packed weights, and what its sums begin with.
struct StepProduct {
  const float* kernel = nullptr;  // null: the input's part is in `start`
  const float* recurrent_kernel = nullptr;
  const float* start = nullptr;                // [steps, rows, width]
  std::int64_t start_step = 0, start_row = 0;  // between steps and rows; 0: all begin alike
};
/// Time steps of some rows, one after the other, in which sums stay in registers until h is known: of a layer
/// with tanh and sigmoid whose units fill vectors, that looks at no mask and waits for no one.
struct Steps {
  std::int64_t count = 0, rows = 0, features = 0, units = 0;
  std::int64_t rows_at_once = 0;               // in one pass over the weights
  std::array<StepProduct, 2> products{};       // lstm, simple_rnn: one; gru: z and r, the candidate
  const float* recurrent_bias = nullptr;       // [units], gru reset_after: of the candidate
  const float* input = nullptr;                // [steps, rows, features]
  std::int64_t input_step = 0, input_row = 0;  // between steps, negative where they go backwards, and rows
  std::array<float*, 2> h{};                   // [rows, units]; h[i % 2] is the state before step i
  float* c = nullptr;                          // lstm
  float* z = nullptr;                          // gru reset before, as is r * h
  float* reset_h = nullptr;
  std::int64_t state_stride = 0;
  float* output = nullptr;  // receives h; null: not asked for
  std::int64_t output_step = 0, output_row = 0;
};
struct StepKernels {
  void (*simple_rnn)(const Steps&);
  void (*lstm)(const Steps&);
  void (*gru_after)(const Steps&);
  void (*gru_before)(const Steps&);
};

/// c = a b or c += a b with a [rows, k], b [k, n] and c [rows, n]: element (i, j) of a is at a + i * a_row +
/// j * a_k, those of a row of b and of c lie side by side.
struct Product {
  std::int64_t rows = 0, n = 0, k = 0;
  const float* a = nullptr;
  std::int64_t a_row = 0, a_k = 0;
  const float* b = nullptr;
  std::int64_t b_stride = 0;
  float* c = nullptr;
  std::int64_t c_stride = 0;
  bool accumulate = false;
};

inline constexpr int most_vectors = 4;  // of a block of columns
inline constexpr int most_rows = 6;     // of a tile, with any instruction set

struct Kernels {
  std::string_view isa;                                      // as in a report, "AVX2"
  int lanes;                                                 // floats of a vector
  int flat_rows;                                             // up to so many have all sums in registers
  std::array<std::array<Sum, most_rows>, most_vectors> sum;  // [vectors - 1][rows - 1]
  Updates usual;                                             // tanh and sigmoid, compiled in
  Updates any;                                               // every elementwise activation
  StepKernels steps;
  void (*multiply)(const Product&);
  /// In place on a row of n values, softmax included.
  void (*activate)(Activation, float* row, std::int64_t n);
  /// In place; what softmax is made of, infinite from 88.38 on.
  void (*exp)(float* values, std::int64_t n);
  /// Dense: rows of n sums, activated (not by softmax), to to[0] + first, to[1] + first ...
  void (*finish)(Activation, const float* sums, std::int64_t stride, std::int64_t rows, std::int64_t n,
                 float* const* to, std::int64_t first);
};

/// Those that were compiled and that this machine runs, the fastest first; never none.
std::span<const Kernels* const> usable_kernels();
/// "Highway 1.0.3".
std::string highway_version();

inline UpdateTile UpdateTile::row(std::int64_t i) const {
  UpdateTile one = *this;
  one.rows = 1;
  const auto move = [i](auto*& pointer, std::int64_t stride) {
    if (pointer != nullptr) pointer += i * stride;
  };
  move(one.gates, gates_stride);
  move(one.candidate, candidate_stride);
  move(one.recurrent_candidate, recurrent_candidate_stride);
  move(one.h, state_stride);
  move(one.next_h, state_stride);
  move(one.c, state_stride);
  move(one.z, state_stride);
  move(one.reset_h, state_stride);
  move(one.output, output_stride);
  return one;
}

}  // namespace lockstep::fused
