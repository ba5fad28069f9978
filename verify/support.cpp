#include "verify/support.h"

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "backends/problem_text.h"

namespace lockstep {
namespace {

struct Feature {
  std::string_view name, problem;
};

/// One problem per feature, plain in all else.
constexpr std::array all_features{
    Feature{"SimpleRNN", "simple_rnn/B:2/T:3/F:4/U:5/seq:1"},
    Feature{"SimpleRNN, relu", "simple_rnn/B:2/T:3/F:4/U:5/seq:1/act:relu"},
    Feature{"SimpleRNN, softsign", "simple_rnn/B:2/T:3/F:4/U:5/seq:1/act:softsign"},
    Feature{"LSTM", "lstm/B:2/T:3/F:4/U:5/seq:1"},
    Feature{"LSTM, activation relu", "lstm/B:2/T:3/F:4/U:5/seq:1/act:relu"},
    Feature{"LSTM, recurrent hard_sigmoid", "lstm/B:2/T:3/F:4/U:5/seq:1/rec_act:hard_sigmoid"},
    Feature{"GRU, reset_after True", "gru/B:2/T:3/F:4/U:5/seq:1"},
    Feature{"GRU, reset_after False", "gru/B:2/T:3/F:4/U:5/seq:1/reset_after:0"},
    Feature{"GRU, activation relu", "gru/B:2/T:3/F:4/U:5/seq:1/act:relu"},
    Feature{"GRU, recurrent hard_sigmoid", "gru/B:2/T:3/F:4/U:5/seq:1/rec_act:hard_sigmoid"},
    Feature{"return_sequences False", "lstm/B:2/T:3/F:4/U:5/seq:0"},
    Feature{"use_bias False", "lstm/B:2/T:3/F:4/U:5/seq:1/bias:0"},
    Feature{"go_backwards", "lstm/B:2/T:3/F:4/U:5/seq:1/back:1"},
    Feature{"initial state given", "lstm/B:2/T:3/F:4/U:5/seq:1/state:1"},
    Feature{"final state returned", "lstm/B:2/T:3/F:4/U:5/seq:1/final:1"},
    Feature{"mask", "lstm/B:2/T:3/F:4/U:5/seq:1/mask:right"},
    Feature{"zero_output_for_mask", "lstm/B:2/T:3/F:4/U:5/seq:1/zero_mask:1/mask:right"},
    Feature{"Dense on a sequence", "dense/B:2/T:3/F:4/U:5/style:flattened"},
    Feature{"TimeDistributed(Dense)", "dense/B:2/T:3/F:4/U:5/style:time_distributed"},
    Feature{"Dense, softmax", "dense/B:2/T:3/F:4/U:5/style:flattened/act:softmax"},
    Feature{"Dense, hard_sigmoid", "dense/B:2/T:3/F:4/U:5/style:flattened/act:hard_sigmoid"},
    Feature{"Activation, softmax", "activation/B:2/T:3/F:4/act:softmax"},
    Feature{"Activation, softsign", "activation/B:2/T:3/F:4/act:softsign"},
    Feature{"2 threads", "lstm/B:2/T:3/F:4/U:5/seq:1/threads:2"},
    Feature{"training", "lstm/B:2/T:3/F:4/U:5/seq:1/pass:training"},
};

}  // namespace

reports::Document support_report(std::span<const Backend* const> backends) {
  std::vector<reports::Column> columns{{"feature", "Feature"}};
  for (const Backend* backend : backends)
    columns.push_back({std::string(backend->name()), std::string(backend->name())});
  reports::Table matrix("", columns);
  reports::Table reasons("", {{"backend", "Backend"}, {"feature", "Feature"}, {"reason", "Reason"}});
  for (const Feature& feature : all_features) {
    const Problem problem = parse_problem(feature.problem);
    reports::Row row{std::string(feature.name)};
    for (const Backend* backend : backends) {
      const Support support = backend->supports(problem);
      row.emplace_back(std::string(support ? "yes" : "no"));
      if (!support) reasons.add({std::string(backend->name()), std::string(feature.name), support.why()});
    }
    matrix.add(std::move(row));
  }
  reports::Document document;
  document.title = "lockstep: what each backend computes";
  document.records = matrix;
  document.sections.push_back({"Backend x feature", {}, {}, {std::move(matrix)}});
  if (!reasons.rows().empty())
    document.sections.push_back({"Every no, with its reason", {}, {}, {std::move(reasons)}});
  return document;
}

}  // namespace lockstep
