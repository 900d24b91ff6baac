// SPDX-License-Identifier: Apache-2.0
// Line by line; indentation says which map a key is in.
#include "host/graph/flat_yaml.h"

#include <set>
#include <vector>

namespace photic::host {
namespace {

using Kind = GraphFileError::Kind;

constexpr std::string_view kBlank = " \r";

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlank);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// `text` up to a comment outside quotes.
std::string_view without_comment(std::string_view text) {
  char quote = '\0';
  for (size_t i = 0; i < text.size(); ++i) {
    if (quote != '\0') {
      quote = text[i] == quote ? '\0' : quote;
    } else if (text[i] == '"' || text[i] == '\'') {
      quote = text[i];
    } else if (text[i] == '#' && (i == 0 || text[i - 1] == ' ')) {
      return text.substr(0, i);
    }
  }
  return text;
}

class Parser {
 public:
  explicit Parser(const std::string& file) : file_(file) {}

  void line(std::string_view raw) {
    ++number_;
    if (raw.find_first_of(std::string_view("\t\0", 2)) != std::string_view::npos) {
      fail("has a tab or a null byte", "indent by blanks");
    }
    const std::string_view content = trimmed(without_comment(raw));
    if (content.empty() || (content == "---" && number_ == 1)) {
      return;
    }
    const size_t indent = raw.find_first_not_of(' ');
    const size_t colon = content.find(':');
    const std::string_view key = trimmed(content.substr(0, colon));
    if (colon == std::string_view::npos || key.empty() || key.find_first_of("{}[]\"'&*!|>%@`,- .") == 0 ||
        key.find('.') != std::string_view::npos ||
        (colon + 1 < content.size() && content[colon + 1] != ' ')) {
      fail("is not 'key: value'", "write maps of single values only");
    }
    const std::string_view value = trimmed(content.substr(colon + 1));
    while (!open_.empty() && open_.back().indent >= indent) {
      open_.pop_back();
    }
    const bool nested = !open_.empty();
    if ((nested && open_.back().indent_of_members == kUnset ? indent
         : nested                                           ? open_.back().indent_of_members
                                                            : 0) != indent) {
      fail("is indented unlike its neighbours", "indent the keys of a map alike");
    }
    if (nested) {
      open_.back().indent_of_members = indent;
    }
    const std::string path = (nested ? open_.back().path + "." : "") + std::string(key);
    if (!seen_.insert(path).second) {
      fail("gives '" + path + "' again", "give every key once");
    }
    if (value.empty()) {
      open_.push_back({indent, kUnset, path});
      return;
    }
    values[path] = scalar(value);
  }

  std::map<std::string, std::string> values;

 private:
  static constexpr size_t kUnset = static_cast<size_t>(-1);
  struct Map {
    size_t indent, indent_of_members;
    std::string path;
  };

  std::string scalar(std::string_view value) const {
    const char first = value.front();
    if (first == '"' || first == '\'') {
      if (value.size() < 2 || value.back() != first ||
          value.substr(1, value.size() - 2).find_first_of("\\\"'") != std::string_view::npos) {
        fail("has quotes that do not close", "close the quotes on the same line, without escapes");
      }
      return std::string(value.substr(1, value.size() - 2));
    }
    const bool braced = first == '{' || first == '[';
    if (braced ? value.back() != (first == '{' ? '}' : ']')
               : std::string_view("&*!|>%@`-").find(first) == 0) {
      fail("has a value of a kind that is not read", "write one plain value");
    }
    if ((first == '&' || first == '*' || first == '!' || first == '|' || first == '>' || first == '%' ||
         first == '@' || first == '`')) {
      fail("has a value of a kind that is not read", "write one plain value");
    }
    return std::string(value);
  }

  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const {
    throw GraphFileError(Kind::kUnsupported, file_, "line " + std::to_string(number_), "", what, remedy);
  }

  const std::string& file_;
  size_t number_ = 0;
  std::vector<Map> open_;
  std::set<std::string> seen_;
};

}  // namespace

std::map<std::string, std::string> parse_flat_yaml(std::string_view text, const std::string& file) {
  Parser parser(file);
  while (!text.empty()) {
    const size_t end = text.find('\n');
    parser.line(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return std::move(parser.values);
}

}  // namespace photic::host
