#pragma once

#include "bench/curves.h"
#include "bench/report_tables.h"
#include "reports/chart.h"

namespace lockstep {

/// Whether there is a curve to see: more than one length.
bool has_curve(const CurveFamily&);

/// Time steps per second of every backend, against sequence length.
reports::Chart throughput_chart(const CurveFamily&);

/// How many times as fast as naive the others are, where both were timed.
reports::Chart speedup_chart(const CurveFamily&, const Curve& naive);

/// One backend's two dense styles, against sequence length.
reports::Chart dense_chart(const DensePair&, const Curve& flattened, const Curve& per_step);

}  // namespace lockstep
