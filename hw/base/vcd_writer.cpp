// SPDX-License-Identifier: Apache-2.0
// Declarations, scopes and changes of a value change dump.
#include "hw/base/vcd_writer.h"

#include <utility>

namespace photic::hw {
namespace {

// Identifiers are numbers to the base of the printable characters.
std::string code_of(size_t index) {
  constexpr size_t kPrintable = 94;
  std::string code;
  do {
    code.push_back(static_cast<char>('!' + index % kPrintable));
    index /= kPrintable;
  } while (index != 0);
  return code;
}

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> parts{{}};
  for (const char c : path) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back().push_back(c);
    }
  }
  return parts;
}

}  // namespace

class VcdWriter::Declaration : public TraceVisitor {
 public:
  Declaration(VcdWriter& writer, std::string name) : writer_(writer), name_(std::move(name)) {}
  void visit(std::string_view field, unsigned bits, uint64_t) override {
    const std::string code = code_of(writer_.variables_.size());
    writer_.variables_.push_back({code, bits, 0, false});
    writer_.file_ << "$var wire " << bits << ' ' << code << ' ' << name_;
    if (!field.empty()) {
      writer_.file_ << '_' << field;
    }
    writer_.file_ << " $end\n";
  }

 private:
  VcdWriter& writer_;
  std::string name_;
};

class VcdWriter::Update : public TraceVisitor {
 public:
  Update(VcdWriter& writer, size_t first) : writer_(writer), next_(first) {}
  void visit(std::string_view, unsigned, uint64_t value) override {
    writer_.write(writer_.variables_[next_++], value);
  }

 private:
  VcdWriter& writer_;
  size_t next_;
};

VcdWriter::VcdWriter(const std::string& path, uint64_t period_ps, const std::vector<Channel*>& channels)
    : file_(path), period_ps_(period_ps) {
  file_ << "$timescale 1ps $end\n";
  std::vector<std::string> scope;
  const auto enter = [&](const std::vector<std::string>& wanted) {
    size_t common = 0;
    while (common < scope.size() && common < wanted.size() && scope[common] == wanted[common]) {
      ++common;
    }
    for (size_t i = scope.size(); i > common; --i) {
      file_ << "$upscope $end\n";
    }
    for (size_t i = common; i < wanted.size(); ++i) {
      file_ << "$scope module " << wanted[i] << " $end\n";
    }
    scope = wanted;
  };
  for (const Channel* channel : channels) {
    std::vector<std::string> parts = split(channel->name());
    const std::string name = parts.back();
    parts.pop_back();
    enter(parts);
    first_variable_[channel] = variables_.size();
    Declaration declaration(*this, name);
    channel->show(declaration);
  }
  enter({});
  cycle_variable_ = variables_.size();
  Declaration(*this, "shell_cycle").visit({}, 64, 0);
  file_ << "$enddefinitions $end\n";
}

void VcdWriter::change(uint64_t time, uint64_t cycle, const std::vector<Channel*>& channels) {
  file_ << '#' << time * period_ps_ << '\n';
  for (const Channel* channel : channels) {
    Update update(*this, first_variable_.at(channel));
    channel->show(update);
  }
  write(variables_[cycle_variable_], cycle);
}

void VcdWriter::write(Variable& variable, uint64_t value) {
  if (variable.known && variable.value == value) {
    return;
  }
  variable.known = true;
  variable.value = value;
  if (variable.bits == 1) {
    file_ << (value & 1) << variable.code << '\n';
    return;
  }
  file_ << 'b';
  for (unsigned bit = variable.bits; bit-- > 0;) {
    file_ << ((value >> bit) & 1);
  }
  file_ << ' ' << variable.code << '\n';
}

}  // namespace photic::hw
