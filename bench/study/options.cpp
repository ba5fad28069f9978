#include "bench/study/options.h"

#include "bench/options.h"

namespace lockstep {

void add_study_options(CLI::App& app, StudyRequest& request, const std::string& models) {
  app.add_option("model", request.model, "A model: " + models)->required();
  add_config_option(app, request.config);
  app.add_option(
      "-T,--time-steps", request.time_steps,
      "Sequence lengths, as in 1,50,200 or 1-1024*4, which is the default as far as it takes seconds");
  app.add_option("-B,--batch", request.batch, "Batches, likewise; default: 1");
  app.add_option("--threads", request.threads, "Threads, likewise; default: 1 and all");
  add_seed_option(app, request.seed, "Seed of inputs, and of a seed model's weights");
  add_backend_options(app, request.backends);
  add_fallback_option(app, request.backends, not_without_fallback);
  app.add_option("--out", request.outs, "results.json, or a report: .md .csv .html .svg .xml; repeatable");
}

}  // namespace lockstep
