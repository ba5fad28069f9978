#include "bench/train/options.h"

#include "backends/loss.h"
#include "bench/options.h"

namespace lockstep {
namespace {

constexpr std::int64_t most = 1'000'000'000;

void add_data_options(CLI::App& app, TrainRequest& request) {
  const std::string group = "Data";
  app.add_option("--x", request.data.x,
                 "Inputs in a .npy or .npz file: (samples, time_steps, features); NAME=FILE for each of "
                 "several, or all by their names in x.npz; with --y. Neither: both are random, inputs as in "
                 "lockstep run, alike for all models of one shape")
      ->allow_extra_args(false)
      ->group(group);
  app.add_option("--y", request.data.y,
                 "Targets in a .npy or .npz file: the shape that the model returns, without the last "
                 "dimension for the sparse loss; with --x, one --y per output. Random ones are classes for "
                 "categorical crossentropies, numbers from 0 to 1 for binary_crossentropy, else from -1 to 1")
      ->allow_extra_args(false)
      ->group(group);
  app.add_option("--seed", request.seed, "Seed of weights and of random data")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber)
      ->group(group);
  app.add_option("--initial-weights", request.initial_weights,
                 "Weights to start from, in a .npz file as --weights writes it")
      ->group(group);
}

void add_optimizer_options(CLI::App& app, OptimizerArguments& arguments) {
  const std::string group = "Optimizer (what is not given is as in Keras)";
  app.add_option("--optimizer", arguments.name, "One of " + optimizer_names.accepted())
      ->capture_default_str()
      ->group(group);
  const auto add = [&](const char* name, std::optional<double>& value, const char* what) {
    app.add_option(name, value, what)->group(group);
  };
  add("--learning-rate", arguments.learning_rate, "0.001, of sgd 0.01");
  add("--momentum", arguments.momentum, "Of sgd and rmsprop: 0");
  app.add_flag("--nesterov", arguments.nesterov, "Of sgd: Nesterov's momentum")->group(group);
  add("--rho", arguments.rho, "Of rmsprop: 0.9");
  app.add_flag("--centered", arguments.centered, "Of rmsprop: by the variance of gradients")->group(group);
  add("--beta-1", arguments.beta_1, "Of adam: 0.9");
  add("--beta-2", arguments.beta_2, "Of adam: 0.999");
  add("--epsilon", arguments.epsilon, "Of rmsprop and adam: 1e-7");
  add("--clipnorm", arguments.clipnorm, "Clip the gradient of each weight by its norm");
  add("--global-clipnorm", arguments.global_clipnorm, "Clip all gradients by the norm of all");
  add("--clipvalue", arguments.clipvalue, "Clip every value of the gradients");
}

void add_fit_options(CLI::App& app, TrainRequest& request) {
  const std::string group = "Training";
  app.add_option("--loss", request.loss,
                 "One of " + loss_names.accepted() +
                     ", mse, mae; default: categorical_crossentropy after a softmax, else mean_squared_error")
      ->group(group);
  app.add_option("--batch", request.batch, "Samples of one step; default: the model's own")
      ->check(CLI::Range(std::int64_t{1}, most))
      ->group(group);
  app.add_option("--epochs", request.epochs,
                 "Passes over the samples; default: 1, or as many as --steps takes")
      ->check(CLI::Range(1, 1'000'000))
      ->group(group);
  app.add_option("--steps", request.steps, "Stop after so many steps of the optimizer")
      ->check(CLI::Range(std::int64_t{1}, most))
      ->group(group);
  app.add_option("--shuffle", request.shuffle,
                 "off: the samples in order; else the seed of a new order in each epoch; default: 1")
      ->group(group);
  app.add_option("--threads", request.threads, "Threads of each backend")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024))
      ->group(group);
}

void add_file_options(CLI::App& app, TrainRequest& request) {
  const std::string group = "Files";
  app.add_option("--history", request.histories,
                 "Loss and time of every epoch, by the suffix: .csv .json .md .html .svg; repeatable")
      ->allow_extra_args(false)
      ->group(group);
  app.add_option("--weights", request.weights,
                 "The trained weights in a .npz file: gru/kernel, gru/recurrent_kernel, ...")
      ->group(group);
  auto* trace =
      app.add_option("--trace", request.trace,
                     "A .npz file to compare with others: loss of each step, grad_0, ... (gradients "
                     "of the first step before clipping, by Keras' order of weights), step5_0, ... "
                     "(weights after step 5)")
          ->group(group);
  app.add_option("--trace-steps", request.trace_steps, "After which steps, as in 1,5,20; default: 1")
      ->needs(trace)
      ->group(group);
}

}  // namespace

void add_train_options(CLI::App& app, TrainRequest& request, const std::string& models) {
  app.add_option("model", request.model, "A model: " + models)->required();
  add_config_option(app, request.config);
  add_data_options(app, request);
  add_fit_options(app, request);
  add_optimizer_options(app, request.optimizer);
  add_backend_options(app, request.backends);
  add_file_options(app, request);
}

}  // namespace lockstep
