#pragma once

namespace lockstep {

/// Seconds from one thread to another and back, by a flag each that the other polls: the mean of so many
/// trips. The machine must have two threads.
double measure_flag_round_trip(int trips);

/// Seconds of a parallel region of so many threads that does nothing, in GCC's OpenMP runtime, libgomp: the
/// mean of so many. 0 where there is no such library, which is loaded for this alone.
double measure_openmp_region(int threads, int regions);

}  // namespace lockstep
