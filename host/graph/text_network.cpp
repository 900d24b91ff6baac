// SPDX-License-Identifier: Apache-2.0
// Text, bounded in size, and what its lines mean.
#include "host/graph/text_network.h"

#include <zlib.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <map>
#include <memory>

#include "host/graph/flat_yaml.h"
#include "host/graph/loihi_neuron.h"

namespace photic::host {
namespace {

using Kind = GraphFileError::Kind;

/// Most bytes of one file, decompressed.
constexpr size_t kMaxBytes = size_t{1} << 28;

struct Close {
  void operator()(gzFile_s* file) const { gzclose(file); }
};

std::string read_text(const std::filesystem::path& path) {
  const std::string name = path.string();
  errno = 0;
  const std::unique_ptr<gzFile_s, Close> file(gzopen(name.c_str(), "rb"));
  if (!file) {
    throw IoError(name, std::string("cannot be opened: ") + std::strerror(errno),
                  "check the path and its permissions");
  }
  std::string text;
  char piece[1 << 16];
  for (;;) {
    const int got = gzread(file.get(), piece, sizeof piece);
    if (got > 0) {
      text.append(piece, static_cast<size_t>(got));
      if (text.size() > kMaxBytes) {
        throw GraphFileError(Kind::kOutOfRange, name, "", "",
                             "has more than " + std::to_string(kMaxBytes) + " bytes", "give a smaller file");
      }
      continue;
    }
    int code = Z_OK;
    const std::string reason = gzerror(file.get(), &code);
    if (got < 0 || code != Z_OK) {
      throw IoError(name, "cannot be read: " + reason, "make or fetch the file again");
    }
    return text;
  }
}

int64_t integer(const std::string& text, const std::string& file, const std::string& parameter) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw GraphFileError(Kind::kWrongType, file, "neuron", parameter, "is '" + text + "', not an integer",
                         "write an integer");
  }
  return value;
}

OutOfRange refuse(const std::string& file, const std::string& node) {
  return [file, node](const std::string& parameter, int64_t value, const std::string& remedy) {
    throw GraphFileError(Kind::kOutOfRange, file, node, parameter, "holds " + std::to_string(value), remedy);
  };
}

}  // namespace

std::vector<int64_t> parse_weights(std::string_view text, const std::string& file) {
  std::vector<int64_t> weights;
  for (size_t line = 1; !text.empty(); ++line) {
    const size_t end = text.find('\n');
    std::string_view word = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!word.empty() && word.back() == '\r') {
      word.remove_suffix(1);
    }
    int64_t weight = 0;
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), weight);
    if (error != std::errc() || stop != word.data() + word.size()) {
      throw GraphFileError(Kind::kWrongType, file, "line " + std::to_string(line), "", "is not an integer",
                           "write one integer a line and nothing else");
    }
    weights.push_back(weight);
  }
  return weights;
}

snn::NeuronModel parse_neuron_description(std::string_view text, const std::string& file,
                                          int64_t& weight_exponent) {
  const std::map<std::string, std::string> values = parse_flat_yaml(text, file);
  const auto value = [&](const std::string& name) -> const std::string& {
    const auto found = values.find("neuron." + name);
    if (found == values.end()) {
      throw GraphFileError(Kind::kMissing, file, "neuron", name, "is missing", "give it below 'neuron:'");
    }
    return found->second;
  };
  if (value("type") != "LOIHI" && value("type") != "CUBA") {
    throw GraphFileError(Kind::kUnsupported, file, "neuron", "type", "is '" + value("type") + "'",
                         "use LOIHI or CUBA");
  }
  LoihiConstants constants;
  constants.i_decay = integer(value("iDecay"), file, "iDecay");
  constants.v_decay = integer(value("vDecay"), file, "vDecay");
  constants.v_th_mant = integer(value("vThMant"), file, "vThMant");
  constants.refractory = integer(value("refDelay"), file, "refDelay");
  weight_exponent = values.contains("neuron.wgtExp") ? integer(value("wgtExp"), file, "wgtExp") : 0;
  return loihi_neuron(constants, refuse(file, "neuron"));
}

snn::IntegerNetwork read_text_network(const std::filesystem::path& description,
                                      const std::vector<std::filesystem::path>& weights,
                                      const graph::Shape& input_shape) {
  int64_t exponent = 0;
  const snn::NeuronModel neuron =
      parse_neuron_description(read_text(description), description.string(), exponent);
  if (weights.empty() || graph::elements(input_shape) == 0) {
    throw GraphFileError(Kind::kMissing, description.string(), "", "", "has no layers or no input",
                         "give files of weights and the input's shape");
  }
  snn::IntegerNetwork network;
  network.input_shape = input_shape;
  size_t inputs = graph::elements(input_shape);
  for (size_t layer = 0; layer < weights.size(); ++layer) {
    const std::string file = weights[layer].string();
    const std::string name = "layer/" + std::to_string(layer);
    const std::vector<int64_t> values = parse_weights(read_text(weights[layer]), file);
    if (values.empty() || values.size() % inputs != 0) {
      throw GraphFileError(
          Kind::kWrongShape, file, name, "weight",
          "holds " + std::to_string(values.size()) + " weights for " + std::to_string(inputs) + " inputs",
          "give a multiple of the number of inputs");
    }
    snn::Connection connection;
    connection.name = name;
    connection.source = layer == 0 ? snn::kInput : layer - 1;
    connection.target = layer;
    connection.synapses = snn::DenseSynapses{shift_weights(values, exponent, refuse(file, name))};
    network.connections.push_back(std::move(connection));
    network.populations.push_back({name, {values.size() / inputs}, {neuron}});
    inputs = values.size() / inputs;
  }
  network.outputs = {weights.size() - 1};
  return network;
}

}  // namespace photic::host
