// SPDX-License-Identifier: Apache-2.0
// Report files.
#include "sim/lockstep/report.h"

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "sim/lockstep/describe_command.h"

namespace photic::lockstep {
namespace {

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      result += escape;
    } else {
      result += c;
    }
  }
  return result + "\"";
}

std::string quoted(const std::vector<std::string>& lines) {
  std::string result = "[";
  for (const std::string& line : lines) {
    result += (result.size() > 1 ? ", " : "") + quoted(line);
  }
  return result + "]";
}

std::string number(const std::optional<uint64_t>& value) {
  return value ? std::to_string(*value) : "null";
}

std::string line_of(const WorkInProgress::Command& command) {
  return "queue " + std::to_string(command.queue) + " entry " + std::to_string(command.entry) + ": " +
         describe(command.submission);
}

void write_text(std::ostream& out, const Report& report) {
  const Difference& d = report.difference;
  out << report.names[0] << " and " << report.names[1] << " differ\n\n"
      << name(d.kind) << ": " << d.what << '\n';
  if (d.cycle) {
    out << "cycle: " << *d.cycle << '\n';
  }
  if (!report.replay.empty()) {
    out << "replay: " << report.replay << '\n';
  }
  for (const std::string& file : report.waveforms) {
    out << "waveform: " << file << '\n';
  }
  for (const std::string& file : report.logs) {
    out << "all events: " << file << '\n';
  }
  out << "\nCommands of this piece of work\n";
  for (const WorkInProgress::Command& command : report.work.commands) {
    out << "  " << line_of(command) << '\n';
  }
  if (!report.registers.empty()) {
    out << "\nRegisters that differ\n";
  }
  for (const std::string& line : report.registers) {
    out << "  " << line << '\n';
  }
  const size_t lines = std::max(d.events[0].size(), d.events[1].size());
  if (lines != 0) {
    size_t width = report.names[0].size();
    for (const std::string& line : d.events[0]) {
      width = std::max(width, line.size());
    }
    const auto padded = [&](const std::string& text) { return text + std::string(width - text.size(), ' '); };
    out << "\nLast events\n  " << padded(report.names[0]) << " | " << report.names[1] << '\n';
    for (size_t i = 0; i < lines; ++i) {
      out << "  " << padded(i < d.events[0].size() ? d.events[0][i] : "") << " | "
          << (i < d.events[1].size() ? d.events[1][i] : "") << '\n';
    }
  }
}

void write_json(std::ostream& out, const Report& report) {
  const Difference& d = report.difference;
  std::vector<std::string> commands;
  for (const WorkInProgress::Command& command : report.work.commands) {
    commands.push_back(line_of(command));
  }
  out << "{\n  \"targets\": " << quoted({report.names[0], report.names[1]})
      << ",\n  \"kind\": " << quoted(name(d.kind)) << ",\n  \"what\": " << quoted(d.what)
      << ",\n  \"cycle\": " << number(d.cycle) << ",\n  \"event\": " << number(d.event)
      << ",\n  \"address\": " << number(d.address) << ",\n  \"replay\": " << quoted(report.replay)
      << ",\n  \"waveforms\": " << quoted(report.waveforms) << ",\n  \"logs\": " << quoted(report.logs)
      << ",\n  \"commands\": " << quoted(commands) << ",\n  \"events\": [" << quoted(d.events[0]) << ",\n    "
      << quoted(d.events[1]) << "]\n}\n";
}

}  // namespace

bool write_report(const std::filesystem::path& folder, const Report& report) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::ofstream text(folder / "report.txt");
  write_text(text, report);
  std::ofstream json(folder / "report.json");
  write_json(json, report);
  text.flush();
  json.flush();
  return text.good() && json.good();
}

}  // namespace photic::lockstep
