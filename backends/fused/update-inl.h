// What follows the sums in a time step, for kernels.cpp alone, which includes this once per instruction set.
#if defined(LOCKSTEP_FUSED_UPDATE) == defined(HWY_TARGET_TOGGLE)
#ifdef LOCKSTEP_FUSED_UPDATE
#undef LOCKSTEP_FUSED_UPDATE
#else
#define LOCKSTEP_FUSED_UPDATE
#endif

#include <hwy/highway.h>

#include "backends/fused/activation-inl.h"
#include "backends/fused/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace lockstep::fused::HWY_NAMESPACE {

/// tanh and sigmoid, whatever the tile says.
struct Usual {
  Usual() = default;
  explicit Usual(const UpdateTile&) {}
  HWY_INLINE V outer(V x) const { return tanh(x); }
  HWY_INLINE V inner(V x) const { return sigmoid(x); }
  /// inner(gate) y, inner(gate) outer(x).
  HWY_INLINE V gated(V gate, V y) const { return HWY_NAMESPACE::gated(gate, y); }
  HWY_INLINE V gated_outer(V gate, V x) const { return gated_tanh(gate, x); }
};
/// What the tile says.
struct Any {
  explicit Any(const UpdateTile& tile)
      : activation(tile.activation), recurrent_activation(tile.recurrent_activation) {}
  HWY_INLINE V outer(V x) const { return activated(activation, x); }
  HWY_INLINE V inner(V x) const { return activated(recurrent_activation, x); }
  HWY_INLINE V gated(V gate, V y) const { return hn::Mul(inner(gate), y); }
  HWY_INLINE V gated_outer(V gate, V x) const { return hn::Mul(inner(gate), outer(x)); }
  Activation activation, recurrent_activation;
};

/// The cells, by one vector of units; gates are sums that are yet to be activated.
template <class Activations>
HWY_INLINE V lstm_c(const Activations& use, V i, V f, V candidate, V c) {
  return hn::Add(use.gated(f, c), use.gated_outer(i, candidate));
}
template <class Activations>
HWY_INLINE V lstm_h(const Activations& use, V o, V next_c) {
  return use.gated_outer(o, next_c);
}
template <class Activations>
HWY_INLINE V gru_candidate_after(const Activations& use, V input, V r, V recurrent) {
  return hn::Add(input, use.gated(r, recurrent));
}
template <class Activations>
HWY_INLINE V gru_h_after(const Activations& use, V z, V candidate, V h) {
  return hn::Add(candidate, use.gated(z, hn::Sub(h, candidate)));
}
/// z is activated.
HWY_INLINE V gru_h_before(V z, V candidate, V h) {
  return hn::MulAdd(z, hn::Sub(h, candidate), candidate);
}

HWY_INLINE V load(const float* from) {
  return hn::LoadU(D(), from);
}

/// Writes lanes j ... of a row's new h, and shows those below `units`.
HWY_INLINE void store_h(const UpdateTile& tile, std::int64_t row, std::int64_t j, V h) {
  hn::StoreU(h, D(), tile.next_h + row * tile.state_stride + j);
  if (tile.output != nullptr) store_up_to(h, tile.units - j, tile.output + row * tile.output_stride + j);
}

template <class Activations>
void update_simple_rnn(const UpdateTile& tile) {
  const Activations use(tile);
  for (std::int64_t row = 0; row < tile.rows; ++row)
    for (std::int64_t j = 0; j < tile.units; j += lanes)
      store_h(tile, row, j, use.outer(load(tile.gates + row * tile.gates_stride + j)));
}

template <class Activations>
void update_lstm(const UpdateTile& tile) {
  const Activations use(tile);
  const std::int64_t n = tile.units;
  for (std::int64_t row = 0; row < tile.rows; ++row)
    for (std::int64_t j = 0; j < n; j += lanes) {
      const float* gates = tile.gates + row * tile.gates_stride + j;
      float* c = tile.c + row * tile.state_stride + j;
      const V next_c = lstm_c(use, load(gates), load(gates + n), load(gates + 2 * n), load(c));
      hn::StoreU(next_c, D(), c);
      store_h(tile, row, j, lstm_h(use, load(gates + 3 * n), next_c));
    }
}

template <class Activations>
void update_gru_after(const UpdateTile& tile) {
  const Activations use(tile);
  const std::int64_t n = tile.units;
  for (std::int64_t row = 0; row < tile.rows; ++row)
    for (std::int64_t j = 0; j < n; j += lanes) {
      const float* gates = tile.gates + row * tile.gates_stride + j;
      const float* recurrent = tile.recurrent_candidate + row * tile.recurrent_candidate_stride + j;
      const V input = load(tile.candidate + row * tile.candidate_stride + j);
      const V candidate = use.outer(gru_candidate_after(use, input, load(gates + n), load(recurrent)));
      const V h = load(tile.h + row * tile.state_stride + j);
      store_h(tile, row, j, gru_h_after(use, load(gates), candidate, h));
    }
}

template <class Activations>
void update_gru_reset(const UpdateTile& tile) {
  const Activations use(tile);
  const std::int64_t n = tile.units;
  for (std::int64_t row = 0; row < tile.rows; ++row)
    for (std::int64_t j = 0; j < n; j += lanes) {
      const float* gates = tile.gates + row * tile.gates_stride + j;
      const std::int64_t at = row * tile.state_stride + j;
      hn::StoreU(use.inner(load(gates)), D(), tile.z + at);
      hn::StoreU(use.gated(load(gates + n), load(tile.h + at)), D(), tile.reset_h + at);
    }
}

template <class Activations>
void update_gru_before(const UpdateTile& tile) {
  const Activations use(tile);
  for (std::int64_t row = 0; row < tile.rows; ++row)
    for (std::int64_t j = 0; j < tile.units; j += lanes) {
      const std::int64_t at = row * tile.state_stride + j;
      const V candidate = use.outer(load(tile.candidate + row * tile.candidate_stride + j));
      store_h(tile, row, j, gru_h_before(load(tile.z + at), candidate, load(tile.h + at)));
    }
}

template <class Activations>
constexpr Updates updates() {
  return {&update_simple_rnn<Activations>, &update_lstm<Activations>, &update_gru_after<Activations>,
          &update_gru_reset<Activations>, &update_gru_before<Activations>};
}

}  // namespace lockstep::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
