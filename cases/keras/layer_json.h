#pragma once

#include <string>
#include <vector>

#include "cases/fields.h"

/// What is told by a layer's JSON before it is read.
namespace lockstep::keras {

/// Its class, empty where it says none.
std::string class_of(const Json& layer);
bool is_sequential(const Json& layer);
bool is_functional(const Json& layer);
/// Whether it is a merge, which is called with a list of tensors.
bool takes_several(const Json& layer);
/// By which a dict names the inputs of a Functional, in their order: the keys of its own dict of inputs, else
/// the names of its Inputs.
std::vector<std::string> input_keys(const Json& functional);
/// Whether it can be called with initial states: a recurrent layer, or a Bidirectional.
bool takes_states(const Json& layer);
/// Whether it returns its states, or the layers in a Bidirectional do.
bool returns_states(const Json& layer);

/// The name in its config. Throws std::invalid_argument where it has none, or what checked_name refuses.
std::string name_of(const Json& layer);

/// The name by which Keras files a class: keras/src/utils/naming.py.
std::string snake_case(const std::string& class_name);

}  // namespace lockstep::keras
