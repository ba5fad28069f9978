#include "backends/fused/kernels.h"

#include <vector>

// Vectors of a size known when compiling. Of those in one family the nearest are left out: they gain nothing
// here and cost time to compile.
#if defined(__SSE4_2__) || defined(__ARM_NEON)
#define HWY_DISABLED_TARGETS \
  (HWY_SCALAR | HWY_EMU128 | HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#endif
#define HWY_DISABLE_PCLMUL_AES  // else Highway passes over AVX2 where a build does not name them

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backends/fused/kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "backends/fused/product-inl.h"
#include "backends/fused/steps-inl.h"
#include "backends/fused/sum-inl.h"
#include "backends/fused/update-inl.h"

HWY_BEFORE_NAMESPACE();
namespace lockstep::fused::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
inline constexpr std::string_view isa = "AVX-512";
#elif HWY_TARGET == HWY_AVX2
inline constexpr std::string_view isa = "AVX2";
#elif HWY_TARGET == HWY_SSE4
inline constexpr std::string_view isa = "SSE4";
#elif HWY_TARGET == HWY_NEON
inline constexpr std::string_view isa = "NEON";
#else
inline constexpr std::string_view isa = "scalar";
#endif

inline constexpr Kernels kernels{isa,
                                 static_cast<int>(lanes),
                                 flat_rows,
                                 all_sums(std::make_integer_sequence<int, most_vectors>()),
                                 updates<Usual>(),
                                 updates<Any>(),
                                 {&simple_rnn_steps, &lstm_steps, &gru_after_steps, &gru_before_steps},
                                 &multiply,
                                 &activate,
                                 &exp_all,
                                 &finish};

}  // namespace lockstep::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lockstep::fused {

std::span<const Kernels* const> usable_kernels() {
  static const auto usable = [] {
    std::vector<const Kernels*> found;
    [[maybe_unused]] const auto supported = hwy::SupportedTargets();
    [[maybe_unused]] const auto add = [&](std::int64_t target, const Kernels& kernels) {
      if ((supported & target) != 0) found.push_back(&kernels);
    };
#if HWY_TARGETS & HWY_AVX3
    add(HWY_AVX3, N_AVX3::kernels);
#endif
#if HWY_TARGETS & HWY_AVX2
    add(HWY_AVX2, N_AVX2::kernels);
#endif
#if HWY_TARGETS & HWY_SSE4
    add(HWY_SSE4, N_SSE4::kernels);
#endif
#if HWY_TARGETS & HWY_NEON
    add(HWY_NEON, N_NEON::kernels);
#endif
    if (found.empty()) found.push_back(&HWY_STATIC_DISPATCH(kernels));
    return found;
  }();
  return usable;
}

std::string highway_version() {
  return "Highway " + std::to_string(HWY_MAJOR) + "." + std::to_string(HWY_MINOR) + "." +
         std::to_string(HWY_PATCH);
}

}  // namespace lockstep::fused
#endif
