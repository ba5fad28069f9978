#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "backends/in_quotes.h"
#include "cases/case.h"
#include "cases/expand.h"
#include "cases/seeds.h"

namespace lockstep {

const std::vector<CaseSet>& case_sets() {
  static const std::vector<CaseSet> sets{
      {"smoke",
       "every layer once, in a second",
       {{"simple_rnn,lstm,gru/B:3/T:7/F:5/U:9/seq:0,1", "each cell, both ends of return_sequences"},
        {"gru/B:3/T:7/F:5/U:9/seq:1/reset_after:0", "reset before the product"},
        {"simple_rnn,lstm,gru/B:2/T:9/F:4/U:17/seq:1/state:1/final:1/threads:2",
         "states in and out, two threads"},
        {"dense/B:3/T:7/F:5/U:9/style:flattened,time_distributed/act:linear,softmax", "both dense styles"},
        {"activation/B:2/T:5/F:9/act:softmax", "softmax alone"}}},
      {"ci",
       "every feature of every layer on every backend: what must hold before a change is merged",
       {{"simple_rnn,lstm,gru/B:1,3/T:1,2,7,33/F:1,5,17/U:8,13,33/seq:1/reset_after:0,1",
         "lengths and widths around vector and chunk boundaries"},
        {"simple_rnn,lstm,gru/B:5/T:63,64,65,127,128,129/F:7/U:16/seq:0,1/reset_after:0,1",
         "lengths around powers of two"},
        {"simple_rnn,lstm,gru/B:2,8/T:31/F:9/U:1,7,15,31,64/seq:1/reset_after:0,1/threads:1,2",
         "unit tails, one and two threads"},
        {"simple_rnn,lstm,gru/B:3/T:12/F:6/U:10/seq:0,1/bias:0,1/reset_after:0,1/back:0,1/state:0,1/"
         "final:0,1/"
         "threads:2",
         "bias, direction, states given and returned"},
        {"simple_rnn,lstm,gru/B:3/T:9/F:4/U:11/seq:1/act:linear,sigmoid,hard_sigmoid,relu,softsign/"
         "reset_after:0,1",
         "every activation"},
        {"lstm,gru/B:3/T:9/F:4/U:11/seq:1/rec_act:tanh,hard_sigmoid,relu,softsign/reset_after:0,1",
         "every recurrent activation"},
        {"lstm,gru/B:3/T:3/F:4/U:11/seq:1/rec_act:linear/reset_after:0,1",
         "and the one that grows without bound, so briefly"},
        {"lstm,gru/B:3/T:9/F:4/U:11/seq:1/act:relu,softsign/rec_act:hard_sigmoid/reset_after:0,1",
         "both activations changed at once"},
        {"simple_rnn,lstm,gru/B:4/T:11/F:5/U:9/seq:0,1/reset_after:0,1/zero_mask:0,1/"
         "mask:right,left,holes,full/"
         "final:1",
         "every mask"},
        {"simple_rnn,lstm,gru/B:4/T:11/F:5/U:9/seq:1/reset_after:0,1/back:1/mask:right,left,holes/state:1/"
         "final:1/"
         "threads:2",
         "masks backwards, from a given state"},
        {"simple_rnn,lstm,gru/B:2/T:512,1024/F:8/U:32/seq:1/reset_after:0,1", "long sequences"},
        {"simple_rnn,lstm,gru/B:1/T:4096/F:8/U:32/seq:1/reset_after:0,1", "the longest sequence"},
        {"simple_rnn,lstm,gru/B:2/T:33/F:256/U:256/seq:1/reset_after:0,1/threads:2", "wide layers"},
        {"dense/B:1,3/T:1,7,33/F:1,5,17,64/U:1,8,31/style:flattened,time_distributed/threads:1,2",
         "both dense styles"},
        {"dense/B:3/T:9/F:6/U:10/style:flattened,time_distributed/"
         "act:linear,tanh,sigmoid,hard_sigmoid,relu,softsign,softmax/bias:0,1",
         "dense activations, with and without bias"},
        {"activation/B:2,5/T:9/F:7,64/act:linear,tanh,sigmoid,hard_sigmoid,relu,softsign,softmax/threads:1,2",
         "every activation alone"}}},
      {"quick",
       "a first look at throughput against sequence length, in about a minute",
       {{"simple_rnn,lstm,gru/B:1/T:1-1024*4/F:64/U:64/seq:1", "one sequence at a time"},
        {"lstm/B:32/T:1-256*4/F:64/U:64/seq:1", "a batch"},
        {"dense/B:1/T:1-1024*4/F:64/U:64/style:flattened,time_distributed",
         "the two dense styles after a layer of 64 units"}}},
      {"sequence_length",
       "throughput against sequence length: cell x backend x T",
       {{"simple_rnn,lstm,gru/B:1,32/T:1-4096*2/F:64/U:64/seq:1", "weights that fit the nearest caches"},
        {"simple_rnn,lstm,gru/B:1,32/T:1-4096*2/F:64/U:256/seq:1", "weights that do not"}}},
      {"dense_styles",
       "one product over all steps against one product per step, as after a recurrent layer",
       {{"dense/B:1,32/T:1-4096*2/F:64/U:8/style:flattened,time_distributed", "a small head"},
        {"dense/B:1/T:1-4096*2/F:256/U:256/style:flattened,time_distributed", "a wide head"}}},
      {"batch",
       "throughput against batch",
       {{"simple_rnn,lstm,gru/B:1-128*2/T:64/F:64/U:64/seq:1/threads:1,2", "where a batch starts to pay"}}},
      {"units",
       "throughput against width",
       {{"simple_rnn,lstm,gru/B:1,32/T:64/F:64/U:16-512*2/seq:1", "from the first cache to the last"}}},
      {"prepare",
       "the cost of making a layer ready",
       {{"simple_rnn,lstm,gru/B:1,32/T:64/F:64/U:64,256/seq:1", "packing and code generation"}}},
  };
  return sets;
}

std::vector<Case> cases_of(std::string_view set_name) {
  std::string accepted;
  for (const CaseSet& set : case_sets()) {
    (accepted += accepted.empty() ? "" : ", ") += set.name;
    if (set.name != set_name) continue;
    std::vector<Case> cases;
    for (const auto& line : set.lines)
      for (const Problem& problem : expand_problems(line.problems))
        if (std::none_of(cases.begin(), cases.end(),
                         [&](const Case& seen) { return seen.problem == problem; }))
          cases.push_back({problem, std::string(line.why)});
    return cases;
  }
  (accepted += ", ") += seeds_set;
  throw std::invalid_argument(fmt::format("unknown set {}: accepted are {}", in_quotes(set_name), accepted));
}

}  // namespace lockstep
