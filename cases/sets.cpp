#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "backends/in_quotes.h"
#include "cases/case.h"
#include "cases/expand.h"
#include "cases/packs.h"
#include "cases/seeds.h"

namespace lockstep {

namespace {

std::vector<CaseSet> own_sets() {
  return {
      {"smoke",
       "every layer once, in a second",
       {{"simple_rnn,lstm,gru/B:3/T:7/F:5/U:9/seq:0,1", "each cell, both ends of return_sequences"},
        {"gru/B:3/T:7/F:5/U:9/seq:1/reset_after:0", "reset before the product"},
        {"simple_rnn,lstm,gru/B:2/T:9/F:4/U:17/seq:1/state:1/final:1/threads:2",
         "states in and out, two threads"},
        {"dense/B:3/T:7/F:5/U:9/style:flattened,time_distributed/act:linear,softmax", "both dense styles"},
        {"activation/B:2/T:5/F:9/act:softmax", "softmax alone"},
        {"simple_rnn,lstm,gru/B:3/T:7/F:5/U:9/seq:1/reset_after:0,1/threads:2/pass:training",
         "the gradients of each cell"},
        {"dense/B:3/T:7/F:5/U:9/style:flattened,time_distributed/act:softmax/pass:training",
         "the gradients of both dense styles"}}},
      {"ci",
       "every feature of every layer on every backend: what must hold before a change is merged",
       {{"pairwise:simple_rnn,lstm,gru/T:1,2,3,7,8,9,31,32,33,63,64,65,127,128,129/"
         "U:1,7,8,9,15,16,17,31,33,64,256/"
         "F:1,7,8,9,15,16,17,31,33,64,256/B:1,2,3,5,8/seq:0,1/bias:0,1/reset_after:0,1/back:0,1/state:0,1/"
         "final:0,1/"
         "threads:1,2",
         "sizes around vectors, tiles and chunks, with everything that every backend can do"},
        {"pairwise:simple_rnn,lstm,gru/mask:right,left,holes,full/T:2,3,7,9,31,65/U:1,7,9,16,33/F:1,5,8,17/"
         "B:2,3,5,8/"
         "act:tanh,relu,softsign/zero_mask:0,1/seq:0,1/bias:0,1/reset_after:0,1/back:0,1/state:0,1/final:0,1/"
         "threads:1,2",
         "every mask"},
        {"pairwise:simple_rnn,lstm,gru/mask:holes/T:9,31/U:7,16/F:5/B:1/zero_mask:0,1/seq:0,1/"
         "reset_after:0,1/"
         "back:0,1/state:0,1/final:0,1",
         "masks of one sequence"},
        {"pairwise:simple_rnn,lstm,gru/act:tanh,sigmoid,hard_sigmoid,relu,linear,softsign/"
         "rec_act:sigmoid,hard_sigmoid,softsign/T:2,3,9,12/U:7,11,16,33/F:4,6,17/B:2,3,5/seq:0,1/"
         "bias:0,1/"
         "reset_after:0,1/back:0,1/state:0,1/final:0,1/threads:1,2",
         "every activation"},
        {"pairwise:lstm,gru/B:2,3/T:1,2,3/F:4,6/U:11,16/seq:1/act:tanh,softsign/rec_act:linear,relu,tanh/"
         "bias:0,1/"
         "reset_after:0,1/state:0,1/final:0,1",
         "gates that grow without bound, so briefly"},
        {"lstm,gru/B:3/T:9/F:64/U:4/seq:1/rec_act:hard_sigmoid/reset_after:0,1",
         "gates that reach both ends of hard_sigmoid"},
        {"pairwise:simple_rnn,lstm,gru/T:512,1024,4096/U:1,9,16,31,33/F:1,8,17/B:1,2,3/seq:0,1/bias:0,1/"
         "reset_after:0,1/back:0,1/state:0,1/final:0,1/threads:1,2",
         "long sequences"},
        {"lstm,gru/B:2/T:3/F:4/U:512/seq:1", "products in several blocks of columns"},
        {"pairwise:dense/T:1,2,3,7,8,9,31,32,33,65,129,512/U:1,7,8,9,15,16,17,31,33,64,256/"
         "F:1,7,8,9,15,16,17,31,33,64,256/B:1,2,3,5,8/"
         "act:linear,tanh,sigmoid,hard_sigmoid,relu,softsign/"
         "bias:0,1/style:flattened,time_distributed/threads:1,2",
         "both dense styles"},
        {"pairwise:dense/T:1,2,9,33/U:2,7,8,17,64/F:1,9,16/B:2,3,5/act:softmax/bias:0,1/"
         "style:flattened,time_distributed/threads:1,2",
         "a softmax over each step"},
        {"pairwise:activation/T:1,9,33/F:1,7,16,17,64,256/B:1,2,5/"
         "act:linear,tanh,sigmoid,hard_sigmoid,relu,softsign,softmax/threads:1,2",
         "every activation alone"}}},
      {"full",
       "the sizes of ci in every combination of cell, T and U, and long sequences of wide layers",
       {{"simple_rnn,lstm,gru/T:1,2,3,7,8,9,31,32,33,63,64,65,127,128,129/U:1,7,8,9,15,16,17,31,33,64/F:17/"
         "B:3/seq:1/"
         "reset_after:0,1/state:1/final:1/threads:1,2",
         "each length with each width"},
        {"simple_rnn,lstm,gru/B:4/T:12/F:6/U:10/seq:0,1/bias:0,1/reset_after:0,1/back:0,1/state:0,1/"
         "final:0,1/"
         "mask:none,right,left,holes,full/zero_mask:0,1",
         "everything that can be asked of a cell, in every combination"},
        {"pairwise:simple_rnn,lstm,gru/T:512,1024,4096/U:64,256/F:33,64,256/B:1,2,5/seq:1/bias:0,1/"
         "reset_after:0,1/"
         "back:0,1/state:0,1/threads:1,2",
         "long sequences of wide layers"},
        {"dense/B:2,5/T:1,9,33/F:1,5,17,64/U:1,8,31/style:flattened,time_distributed/"
         "act:linear,tanh/bias:0,1/threads:1,2",
         "both dense styles"}}},
      {"training",
       "the gradients of every layer, as every backend can be asked for them",
       {{"pairwise:simple_rnn,lstm,gru/T:1,2,3,7,8,9,31,33,64/U:1,7,8,9,15,16,17,33/F:1,7,8,9,15,16,17,33/"
         "B:1,2,3,5,8/seq:0,1/bias:0,1/reset_after:0,1/back:0,1/state:0,1/final:0,1/threads:1,2/"
         "pass:training",
         "sizes around vectors and tiles"},
        {"pairwise:simple_rnn,lstm,gru/mask:right,left,holes,full/T:3,7,9,31/U:7,9,16/F:5,8,17/B:2,3,5/"
         "zero_mask:0,1/seq:0,1/bias:0,1/reset_after:0,1/back:0,1/state:0,1/final:0,1/threads:1,2/"
         "pass:training",
         "every mask"},
        {"simple_rnn,lstm,gru/B:3/T:9/F:5/U:7/seq:1/mask:right,left,holes,full/zero_mask:0,1/back:0,1/"
         "reset_after:0,1/pass:training",
         "what a masked step shows again, in every combination"},
        {"pairwise:simple_rnn,lstm,gru/act:tanh,sigmoid,hard_sigmoid,relu,linear,softsign/"
         "rec_act:sigmoid,hard_sigmoid,softsign,tanh/T:2,3,9/U:7,11,16/F:4,6,17/B:2,3,5/seq:0,1/"
         "bias:0,1/reset_after:0,1/back:0,1/state:0,1/final:0,1/threads:1,2/pass:training",
         "the slope of every activation"},
        {"simple_rnn,lstm,gru/B:32/T:128/F:64/U:64/seq:1/reset_after:0,1/threads:1,2/pass:training",
         "sums over many rows"},
        {"lstm,gru/B:130/T:16/F:15/U:16/seq:1/reset_after:0,1/threads:1,2/pass:training",
         "a batch of several pieces"},
        {"lstm,gru/B:2/T:3/F:4/U:512/seq:1/pass:training", "products in several blocks of columns"},
        {"pairwise:dense/T:1,2,3,7,9,33,64/U:1,2,7,8,9,17,33,64/F:1,7,8,9,17,33,64/B:1,2,3,5,8/"
         "act:linear,tanh,sigmoid,hard_sigmoid,relu,softsign/"
         "bias:0,1/style:flattened,time_distributed/threads:1,2/pass:training",
         "both dense styles"},
        {"pairwise:dense/T:1,2,9,33/U:2,7,8,17/F:1,9,16/B:2,3,5/act:softmax/bias:0,1/"
         "style:flattened,time_distributed/threads:1,2/pass:training",
         "a softmax over each step"},
        {"pairwise:activation/T:1,9,33/F:2,7,16,17,64/B:1,2,5/"
         "act:linear,tanh,sigmoid,hard_sigmoid,relu,softsign,softmax/threads:1,2/pass:training",
         "every activation alone"}}},
      {"relations",
       "every feature once, small: what must hold between runs of one backend (verify --relations)",
       {{"simple_rnn,lstm,gru/B:3/T:9/F:5/U:11/seq:0,1/bias:0,1/reset_after:0,1/state:1/final:1",
         "states handed over, with and without bias"},
        {"simple_rnn,lstm,gru/B:4/T:7/F:3/U:10/seq:0,1/reset_after:0,1/back:0,1/final:1",
         "both directions, from no state"},
        {"simple_rnn,lstm,gru/B:5/T:11/F:6/U:9/seq:1/reset_after:0,1/zero_mask:0,1/mask:right,left,holes/"
         "final:1",
         "padding and holes"},
        {"simple_rnn,lstm,gru/B:5/T:11/F:6/U:9/seq:0,1/reset_after:0,1/back:1/mask:right,left/state:1/"
         "final:1",
         "padding backwards, from a given state"},
        {"simple_rnn,lstm,gru/B:2/T:5/F:7/U:1,8,15,17,33,64/seq:1/reset_after:0,1", "tails of units"},
        {"simple_rnn,lstm,gru/B:6/T:33/F:9/U:16/seq:1/reset_after:0,1/state:1/final:1/threads:2",
         "two threads"},
        {"simple_rnn,lstm,gru/B:2/T:130/F:8/U:48/seq:1/reset_after:0,1", "a sequence of several chunks"},
        {"simple_rnn,lstm,gru/B:3/T:8/F:4/U:13/seq:1/act:relu,softsign/reset_after:0,1/final:1",
         "other activations"},
        {"lstm,gru/B:3/T:8/F:4/U:13/seq:1/rec_act:hard_sigmoid/reset_after:0,1/state:1/final:1",
         "another recurrent activation"},
        {"dense/B:3/T:7/F:17,64/U:9/style:flattened,time_distributed/act:linear,softmax/bias:0,1",
         "both dense styles"},
        {"dense/B:6/T:33/F:20/U:31/style:flattened,time_distributed/threads:2", "dense on two threads"},
        {"activation/B:3/T:7/F:17/act:tanh,softmax/threads:1,2", "activations alone"}}},
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
      {"goals",
       "how far fused is ahead of every library, and is wanted to be, in about eight minutes",
       {{"lstm,gru/B:1,2,4,8,16,64,128/T:128/F:16/U:16/seq:1/threads:1,2", "activations decide"},
        {"lstm,gru/B:1,2,4,8,16,64,128/T:128/F:32/U:32/seq:1/threads:1,2", "weights in the first cache"},
        {"lstm,gru/B:1,2,4,8,16,64,128/T:128/F:64/U:64/seq:1/threads:1,2", "weights in the second"},
        {"lstm,gru/B:1,2,4,8,16,64,128/T:128/F:128/U:128/seq:1/threads:1,2", "weights that fill it"},
        {"lstm,gru/B:1,2,4,8,16,64,128/T:128/F:256/U:256/seq:1/threads:1,2", "weights that do not fit it"},
        {"lstm,gru/B:1,4,16/T:128/F:512/U:512/seq:1/threads:1,2", "wide layers"},
        {"simple_rnn,gru/B:1,8,64/T:128/F:32/U:32/seq:1/reset_after:0/threads:1,2",
         "the other cells, narrow"},
        {"simple_rnn,gru/B:1,8,64/T:128/F:128/U:128/seq:1/reset_after:0/threads:1,2", "and wide"}}},
      {"overhead",
       "what a backend adds to its library's raw calls, in about four minutes",
       {{"simple_rnn,lstm,gru/B:1,8,64/T:1,4,16,64/F:16/U:16/seq:1", "calls decide"},
        {"simple_rnn,lstm,gru/B:1,8,64/T:1,4,16,64/F:64/U:64/seq:1", "products and activations decide"},
        {"simple_rnn,lstm,gru/B:1,8,64/T:1,4,16,64/F:256/U:256/seq:1", "products decide"}}},
      {"training_speed",
       "a training step, forward and backward, against sequence length and against batch",
       {{"simple_rnn,lstm,gru/B:32/T:1-256*4/F:64/U:64/seq:1/pass:training", "a batch of sequences"},
        {"simple_rnn,lstm,gru/B:1-128*4/T:64/F:15/U:16/seq:1/pass:training", "the layer of the GRU models"},
        {"lstm/B:32/T:128/F:128/U:128/seq:1/pass:training/threads:1,2", "a wide layer"}}},
      {"gate",
       "what a gate compares of two builds: each layer in a tenth of a millisecond to a few",
       {{"simple_rnn/B:1/T:512/F:64/U:64/seq:1", "the least arithmetic per step"},
        {"lstm,gru/B:1/T:128/F:64/U:64/seq:1/reset_after:0,1", "one sequence at a time"},
        {"lstm,gru/B:16/T:16/F:32/U:64/seq:0", "a batch"},
        {"dense/B:1/T:1024/F:64/U:64/style:flattened,time_distributed", "both dense styles"},
        {"lstm,gru/B:4/T:32/F:32/U:32/seq:1/pass:training", "there and back"}}},
      {"prepare",
       "the cost of making a layer ready",
       {{"simple_rnn,lstm,gru/B:1,32/T:64/F:64/U:64,256/seq:1", "packing and code generation"}}},
  };
}

}  // namespace

const std::vector<CaseSet>& case_sets() {
  static const std::vector<CaseSet> sets = [] {
    std::vector<CaseSet> all = own_sets();
    for (const PackText& pack : pack_texts()) all.push_back(read_pack(pack));
    return all;
  }();
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
  (accepted += ", ") += fmt::format("{}, {}", seeds_set, styles_set);
  throw std::invalid_argument(fmt::format("unknown set {}: accepted are {}", in_quotes(set_name), accepted));
}

}  // namespace lockstep
