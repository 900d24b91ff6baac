// SPDX-License-Identifier: Apache-2.0
// Networks from plain text; the published one recognises recorded digits, so its weights lie right.
#include "host/graph/text_network.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <cstring>
#include <set>

#include "tests/unit/host/graph/integer_simulation.h"
#include "tests/unit/host/graph/nir_graphs.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

using Kind = GraphFileError::Kind;

const char* const kDescription =
    "neuron:\n    type:     LOIHI\n    vThMant:  80 # 5\n    vDecay:   128\n    iDecay:   1024\n    "
    "refDelay: 1\n    wgtExp:   1\n";

class TextNetwork : public testing::Test {
 protected:
  std::filesystem::path put(const std::string& name, const std::string& text) {
    test::write_file(folder_.path() / name, {text.begin(), text.end()});
    return folder_.path() / name;
  }

  std::string refusal(const std::string& description, const std::vector<std::string>& layers,
                      const graph::Shape& input = {2}) {
    std::vector<std::filesystem::path> files;
    for (size_t i = 0; i < layers.size(); ++i) {
      files.push_back(put("layer" + std::to_string(i), layers[i]));
    }
    try {
      read_text_network(put("network.yaml", description), files, input);
    } catch (const GraphFileError& error) {
      kind_ = error.kind();
      return std::filesystem::path(error.file()).filename().string() + "|" + error.node() + "|" +
             error.parameter();
    }
    return "no error";
  }

  test::TemporaryFolder folder_;
  Kind kind_ = Kind::kInvalid;
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST_F(TextNetwork, ReadsLayersOutByInAndShiftsWeights) {
  const auto network = read_text_network(put("network.yaml", kDescription),
                                         {put("a", "1\n2\n3\n-4\r\n-0\n6\n"), put("b", "7\n8\n9")}, {1, 2});
  EXPECT_EQ(network.input_shape, (graph::Shape{1, 2}));
  ASSERT_EQ(network.populations.size(), 2u);
  EXPECT_EQ(network.populations[0].shape, graph::Shape{3});
  EXPECT_EQ(network.populations[1].shape, graph::Shape{1});
  EXPECT_EQ(std::get<snn::DenseSynapses>(network.connections[0].synapses).weights,
            (std::vector<int32_t>{2, 4, 6, -8, 0, 12}));
  EXPECT_EQ(network.connections[0].source, snn::kInput);
  EXPECT_EQ(network.connections[1].source, 0u);
  EXPECT_EQ(network.connections[1].target, 1u);
  EXPECT_EQ(network.outputs, std::vector<size_t>{1});
  snn::NeuronModel neuron;
  neuron.current_decay = 1024;
  neuron.voltage_decay = 128;
  neuron.threshold = 80;
  EXPECT_EQ(network.populations[0].neurons, std::vector<snn::NeuronModel>{neuron});
}

TEST_F(TextNetwork, TurnsTheRefractoryDelayIntoStepsWithoutASpike) {
  int64_t exponent = 0;
  EXPECT_EQ(parse_neuron_description(kDescription, "file", exponent).refractory_steps, 0);
  EXPECT_EQ(exponent, 1);
  const auto neuron =
      parse_neuron_description(replaced(kDescription, "refDelay: 1", "refDelay: 4"), "file", exponent);
  EXPECT_EQ(neuron.refractory_steps, 3);
}

TEST_F(TextNetwork, SaysWhatIsWrongWithADescription) {
  EXPECT_EQ(refusal(replaced(kDescription, "iDecay", "eDecay"), {"1\n2"}), "network.yaml|neuron|iDecay");
  EXPECT_EQ(kind_, Kind::kMissing);
  EXPECT_EQ(refusal(replaced(kDescription, "1024", "4097"), {"1\n2"}), "network.yaml|neuron|iDecay");
  EXPECT_EQ(kind_, Kind::kOutOfRange);
  EXPECT_EQ(refusal(replaced(kDescription, "1024", "1e3"), {"1\n2"}), "network.yaml|neuron|iDecay");
  EXPECT_EQ(kind_, Kind::kWrongType);
  EXPECT_EQ(refusal(replaced(kDescription, "LOIHI", "SRMALPHA"), {"1\n2"}), "network.yaml|neuron|type");
  EXPECT_EQ(kind_, Kind::kUnsupported);
  EXPECT_EQ(refusal(replaced(kDescription, "refDelay: 1", "refDelay: 0"), {"1\n2"}),
            "network.yaml|neuron|refDelay");
  EXPECT_EQ(refusal("neuron\n", {"1\n2"}), "network.yaml|line 1|");
}

TEST_F(TextNetwork, SaysWhatIsWrongWithWeights) {
  EXPECT_EQ(refusal(kDescription, {"1\n2\n3"}), "layer0|layer/0|weight");
  EXPECT_EQ(kind_, Kind::kWrongShape);
  EXPECT_EQ(refusal(kDescription, {""}), "layer0|layer/0|weight");
  EXPECT_EQ(refusal(kDescription, {"1\n2\n", "1\nx\n"}), "layer1|line 2|");
  EXPECT_EQ(kind_, Kind::kWrongType);
  EXPECT_EQ(refusal(kDescription, {"1\n\n2\n"}), "layer0|line 2|");
  EXPECT_EQ(refusal(kDescription, {"1\n2.0\n"}), "layer0|line 2|");
  EXPECT_EQ(refusal(kDescription, {"1\n99999999999999999999\n"}), "layer0|line 2|");
  EXPECT_EQ(refusal(kDescription, {"1\n5000000\n"}), "layer0|layer/0|weight");
  EXPECT_EQ(kind_, Kind::kOutOfRange);
  EXPECT_EQ(refusal(replaced(kDescription, "wgtExp:   1", "wgtExp:   -1"), {"2\n3\n"}),
            "layer0|layer/0|weight");
  EXPECT_EQ(refusal(kDescription, {}), "network.yaml||");
  EXPECT_THROW(read_text_network(put("network.yaml", kDescription), {folder_.path() / "nothing"}, {2}),
               IoError);
}

TEST_F(TextNetwork, RefusesACompressedFileThatIsCut) {
  const std::filesystem::path path = folder_.path() / "weights.gz";
  gzFile file = gzopen(path.c_str(), "wb");
  for (int i = 0; i < 4000; ++i) {
    gzprintf(file, "%d\n", i * 7919 % 509);
  }
  gzclose(file);
  const std::string whole = test::read_file(path);
  EXPECT_NO_THROW(read_text_network(put("network.yaml", kDescription), {path}, {2}));
  test::write_file(path, {whole.begin(), whole.end() - 100});
  EXPECT_THROW(read_text_network(put("network.yaml", kDescription), {path}, {2}), IoError);
}

/// Members of a gzip tar archive by name.
std::map<std::string, std::string> unpack(const std::filesystem::path& archive,
                                          const std::set<std::string>& wanted) {
  std::map<std::string, std::string> members;
  gzFile file = gzopen(archive.c_str(), "rb");
  char header[512];
  while (gzread(file, header, sizeof header) == sizeof header && header[0] != '\0') {
    const auto size = static_cast<unsigned>(std::strtoul(header + 124, nullptr, 8));
    std::string content((size + 511) / 512 * 512, '\0');
    gzread(file, content.data(), static_cast<unsigned>(content.size()));
    content.resize(size);
    const std::string name = std::filesystem::path(std::string(header, strnlen(header, 100))).filename();
    if (wanted.empty() || wanted.contains(name)) {
      members[name] = std::move(content);
    }
  }
  gzclose(file);
  return members;
}

/// Active cells of each millisecond, (polarity, y, x) of 34 by 34; half a millisecond goes to the even one.
std::vector<std::vector<size_t>> events_of(const std::string& recording) {
  std::vector<std::set<size_t>> cells(300);
  for (size_t at = 0; at + 5 <= recording.size(); at += 5) {
    const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<uint8_t>(recording[at + i])); };
    const size_t microseconds = (byte(2) & 0x7F) << 16 | byte(3) << 8 | byte(4);
    const auto step = static_cast<size_t>(std::nearbyint(static_cast<double>(microseconds) / 1000));
    if (step < cells.size()) {
      cells[step].insert((byte(2) >> 7) * 34 * 34 + byte(1) * 34 + byte(0));
    }
  }
  std::vector<std::vector<size_t>> events;
  for (const auto& step : cells) {
    events.emplace_back(step.begin(), step.end());
  }
  return events;
}

TEST(PublishedTextNetwork, RecognisesRecordedDigits) {
  const std::filesystem::path folder = test::published("nmnist");
  if (folder.empty()) {
    GTEST_SKIP() << "skipped: no data";
  }
  const auto network = read_text_network(
      folder / "network.yaml", {folder / "NMNISTFc1.txt.gz", folder / "NMNISTFc2.txt"}, {2, 34, 34});
  ASSERT_EQ(network.populations.size(), 2u);
  EXPECT_EQ(network.populations[0].size(), 512u);
  EXPECT_EQ(network.populations[1].size(), 10u);
  EXPECT_EQ(network.populations[0].neurons[0].threshold, 80);
  EXPECT_EQ(network.populations[0].neurons[0].current_decay, 1024);
  EXPECT_EQ(network.populations[0].neurons[0].voltage_decay, 128);
  EXPECT_EQ(network.populations[0].neurons[0].refractory_steps, 0);
  for (const snn::Connection& connection : network.connections) {
    for (const int32_t weight : std::get<snn::DenseSynapses>(connection.synapses).weights) {
      ASSERT_EQ(weight % 2, 0);
      ASSERT_GE(weight, -54);
      ASSERT_LE(weight, 50);
    }
  }
  // One recording of every digit: by chance a wrong order of weights gets one of the ten.
  std::istringstream labels(unpack(folder / "nmnist_small.tar.gz", {"test100.txt"}).at("test100.txt"));
  std::map<size_t, std::string> recording_of;
  std::set<std::string> wanted;
  std::string line;
  while (std::getline(labels, line)) {
    std::istringstream words(line);
    std::string id;
    size_t label = 0;
    if (words >> id >> label && label < 10 && recording_of.emplace(label, id + ".bs2").second) {
      wanted.insert(id + ".bs2");
    }
  }
  ASSERT_EQ(wanted.size(), 10u);
  const auto recordings = unpack(folder / "nmnist_small.tar.gz", wanted);
  for (const auto& [label, name] : recording_of) {
    EXPECT_EQ(test::winner(test::run_dense(network, events_of(recordings.at(name)), 302)), label) << name;
  }
}

}  // namespace
}  // namespace photic::host
