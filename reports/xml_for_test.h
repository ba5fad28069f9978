#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <expat.h>

namespace lockstep::reports {

/// An element of well-formed XML, as tests look at it. `text` is that of the element and all below it.
struct Element {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::vector<std::unique_ptr<Element>> children;
  std::string text;

  void visit(const std::function<void(const Element&)>& see) const {
    see(*this);
    for (const auto& child : children) child->visit(see);
  }

  std::vector<const Element*> all(const std::string& wanted) const {
    std::vector<const Element*> found;
    visit([&](const Element& e) {
      if (e.name == wanted) found.push_back(&e);
    });
    return found;
  }
};

/// The root element of a document. std::runtime_error: it is not well-formed.
inline std::unique_ptr<Element> parse_xml(const std::string& document) {
  struct State {
    std::unique_ptr<Element> root;
    std::vector<Element*> open;
  } state;
  const auto parser =
      std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)>(XML_ParserCreate("UTF-8"), XML_ParserFree);
  XML_SetUserData(parser.get(), &state);
  XML_SetElementHandler(
      parser.get(),
      [](void* user, const char* name, const char** attributes) {
        auto& s = *static_cast<State*>(user);
        auto element = std::make_unique<Element>();
        element->name = name;
        for (; *attributes; attributes += 2) element->attributes[attributes[0]] = attributes[1];
        Element* here = element.get();
        (s.open.empty() ? s.root : s.open.back()->children.emplace_back()) = std::move(element);
        s.open.push_back(here);
      },
      [](void* user, const char*) { static_cast<State*>(user)->open.pop_back(); });
  XML_SetCharacterDataHandler(parser.get(), [](void* user, const char* text, int length) {
    for (Element* element : static_cast<State*>(user)->open)
      element->text.append(text, static_cast<std::size_t>(length));
  });
  if (XML_Parse(parser.get(), document.data(), static_cast<int>(document.size()), 1) == XML_STATUS_ERROR)
    throw std::runtime_error(std::string(XML_ErrorString(XML_GetErrorCode(parser.get()))) + " in line " +
                             std::to_string(XML_GetCurrentLineNumber(parser.get())));
  return std::move(state.root);
}

}  // namespace lockstep::reports
