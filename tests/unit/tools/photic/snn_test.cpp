// SPDX-License-Identifier: Apache-2.0
// photic snn from outside, on networks small enough to know by heart.
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "host/checkpoint/safetensors.h"
#include "host/graph/nir.h"
#include "tests/unit/tools/photic/command.h"

namespace photic::tools {
namespace {

using Json = nlohmann::json;

class Spiking : public Command {
 protected:
  void put(const std::string& name, const std::string& text) {
    host::test::write_file(folder_.path() / name, {text.begin(), text.end()});
  }

  /// A sample as N-MNIST has it: an event at (x, y) at the given milliseconds, of polarity 0.
  void put_recording(const std::string& name, const std::vector<std::array<uint8_t, 3>>& events) {
    std::string bytes;
    for (const auto& [x, y, millisecond] : events) {
      const uint32_t time = 1000u * millisecond;
      for (const uint32_t byte : {uint32_t{x}, uint32_t{y}, time >> 16, time >> 8 & 255, time & 255}) {
        bytes += static_cast<char>(byte);
      }
    }
    put(name, bytes);
  }

  /// Two neurons: pixel (0, 0) excites the first, pixel (1, 0) the second, enough for a spike at
  /// every event; each adds a little to the other.
  void put_network() {
    put("net.yaml",
        "neuron:\n    type: LOIHI\n    vThMant: 10\n    vDecay: 4096\n    iDecay: 4096\n    refDelay: 1\n"
        "    wgtExp: 0\n");
    std::string weights;
    for (int neuron = 0; neuron < 2; ++neuron) {
      for (int pixel = 0; pixel < 2312; ++pixel) {
        weights += pixel == neuron ? "20\n" : pixel < 2 ? "1\n" : "0\n";
      }
    }
    put("weights.txt", weights);
  }

  /// A NIR graph of the same kind, with a threshold of 1 and weights of 2.
  void put_graph(size_t inputs = 2312) {
    graph::Graph graph;
    graph::Tensor weight{{2, inputs}, std::vector<double>(2 * inputs)};
    weight.values[0] = weight.values[inputs + 1] = 2;
    graph.nodes = {{"in", graph::Input{{inputs}}},
                   {"fc", graph::Linear{weight}},
                   {"lif", graph::IntegrateFire{{{2}, {1, 1}}, {{2}, {1, 1}}, {{2}, {0, 0}}}},
                   {"out", graph::Output{{2}}}};
    graph.edges = {{"in", "fc"}, {"fc", "lif"}, {"lif", "out"}};
    host::write_nir(graph, folder_.path() / "net.nir");
  }

  /// The last line of what was printed.
  Json result() const {
    std::istringstream lines(output_);
    std::string line, last;
    while (std::getline(lines, line)) {
      last = line;
    }
    const Json parsed = Json::parse(last, nullptr, false);
    EXPECT_FALSE(parsed.is_discarded()) << output_;
    return parsed;
  }

  size_t lines() const { return static_cast<size_t>(std::count(output_.begin(), output_.end(), '\n')); }

  static constexpr const char* kText = "net.yaml --weights weights.txt --input 2,34,34";
};

TEST_F(Spiking, WritesTheDevicesMemoriesForOtherProgramsToLoad) {
  put_network();
  ASSERT_EQ(run(std::string("snn map ") + kText + " --geometry mesh5 --program program.safetensors"), 0)
      << output_;
  const host::TensorFile file = host::read_safetensors(folder_.path() / "program.safetensors");
  EXPECT_EQ(file.metadata.at("geometry"), "mesh5");
  EXPECT_EQ(file.metadata.at("inputs"), "2312");
  EXPECT_EQ(file.metadata.at("outputs"), "2");
  // The two neurons are one core's; the weights, thresholds and routes lie beside its CONFIG word.
  ASSERT_TRUE(file.tensors.contains("0.CONFIG.0"));
  EXPECT_EQ(file.tensors.at("0.CONFIG.0").dtype, "U64");
  EXPECT_EQ(file.tensors.at("0.CONFIG.0").shape, std::vector<uint64_t>{1});
  for (const char* region : {".SYNAPSE.", ".NEURON.", ".AXON.", ".FANOUT."}) {
    EXPECT_TRUE(std::any_of(file.tensors.begin(), file.tensors.end(), [&](const auto& tensor) {
      return tensor.first.find(region) != std::string::npos;
    })) << region;
  }
}

TEST_F(Spiking, SaysWhatAFileHoldsAndWritesItAgain) {
  put_graph();
  EXPECT_EQ(run("snn import net.nir --write copy.nir"), 0) << output_;
  EXPECT_TRUE(says("lif") && says("IF") && says("(2312)")) << output_;
  EXPECT_EQ(host::read_nir(folder_.path() / "net.nir"), host::read_nir(folder_.path() / "copy.nir"));
  put_network();
  EXPECT_EQ(run("snn import " + std::string(kText) + " --json"), 0) << output_;
  EXPECT_EQ(result()["nodes"][2]["parameters"], 4) << output_;
}

TEST_F(Spiking, MapsAGraphAndSaysWhatRoundingCost) {
  put_graph();
  EXPECT_EQ(run("snn map net.nir --report report.json"), 0) << output_;
  EXPECT_TRUE(says("quantisation") && says("core   0") && says("fc")) << output_;
  std::ifstream report(folder_.path() / "report.json");
  EXPECT_EQ(Json::parse(report)["totals"]["cores"], 1);
  EXPECT_EQ(run("snn describe net.nir --core 0"), 0) << output_;
  EXPECT_TRUE(says("axon 0: 'fc' from input[0]")) << output_;
}

TEST_F(Spiking, CountsSpikesOperationsAndEnergyOfARecording) {
  put_network();
  put_recording("sample.bs2", {{1, 0, 0}, {1, 0, 2}, {0, 0, 4}});
  ASSERT_EQ(run("snn run " + std::string(kText) + " --data ./sample.bs2 --steps 8 --energy odin28 --json"), 0)
      << output_;
  const Json json = result();
  EXPECT_EQ(json["input_events"], 3);
  EXPECT_EQ(json["total"]["spikes"], 3);
  EXPECT_EQ(json["total"]["updates"], 8 * 2);
  EXPECT_EQ(json["total"]["synaptic_operations"], 3 * 2) << output_;
  EXPECT_DOUBLE_EQ(json["total"]["energy_joules"].get<double>(), 6 * 12.7e-12);
  EXPECT_EQ(json["energy_table"]["name"], "odin28");
  EXPECT_EQ(json["layers"][0]["name"], "layer/0");
  EXPECT_EQ(json["layers"][0]["spikes"], 3);
  ASSERT_EQ(run("snn run " + std::string(kText) + " --data ./sample.bs2 --steps 8"), 0) << output_;
  EXPECT_TRUE(says("class 1") && says("loihi14")) << output_;
}

TEST_F(Spiking, AgreesWithTheFloatReference) {
  put_graph();
  put_recording("sample.bs2", {{1, 0, 0}, {0, 0, 2}, {0, 0, 4}});
  for (const char* device : {"float", "'golden:spu?geometry=mesh5'"}) {
    ASSERT_EQ(run("snn run net.nir --data ./sample.bs2 --steps 8 --drain 2 --device " + std::string(device)),
              0)
        << output_;
    EXPECT_TRUE(says("class 0")) << output_;
  }
}

TEST_F(Spiking, EndsWithTwoInOneLineForWhatCannotWork) {
  put_network();
  put_graph();
  put_recording("sample.bs2", {{1, 0, 0}});
  const std::string text(kText);
  for (const std::string& arguments :
       {std::string("snn"), std::string("snn run net.nir"), std::string("snn map net.nir --geometry huge"),
        "snn map " + text + " --geometry tiny", std::string("snn map net.nir --convention mine"),
        std::string("snn map net.nir --quantiser mine"), std::string("snn map net.nir --bits 9"),
        std::string("snn map net.yaml"), std::string("snn import net.nir --input 2"),
        "snn import " + text + " --write copy.nir", "snn run " + text + " --data ./sample.bs2 --encode rate",
        "snn run " + text + " --data ./sample.bs2 --decode vote",
        "snn run " + text + " --data ./sample.bs2 --energy none", "snn run " + text + " --data nothing",
        "snn run " + text + " --data ./sample.bs2 --device float",
        "snn run " + text + " --data ./sample.bs2 --first 1",
        std::string("snn describe net.nir --core 25")}) {
    EXPECT_EQ(run(arguments), 2) << arguments << '\n' << output_;
    EXPECT_FALSE(output_.empty());
  }
  EXPECT_EQ(run("snn map " + text + " --geometry tiny"), 2);
  EXPECT_EQ(lines(), 1u) << output_;
  EXPECT_TRUE(says("net.yaml") && says("2312 needed")) << output_;
}

TEST_F(Spiking, EndsWithTwoNamingTheNodeThatCannotBeMapped) {
  graph::Graph graph;
  graph.nodes = {
      {"in", graph::Input{{1}}},
      {"slow", graph::LeakyIntegrateFire{{{1}, {0.01}}, {{1}, {1}}, {{1}, {0}}, {{1}, {1}}, {{1}, {0}}}},
      {"out", graph::Output{{1}}}};
  graph.edges = {{"in", "slow"}, {"slow", "out"}};
  host::write_nir(graph, folder_.path() / "slow.nir");
  EXPECT_EQ(run("snn map slow.nir"), 2);
  EXPECT_TRUE(says("slow.nir") && says("slow.tau") && says("dt") && lines() == 1) << output_;
  EXPECT_EQ(run("snn map slow.nir --dt 0.001"), 0) << output_;
}

TEST_F(Spiking, EndsWithThreeNamingAnEventFileThatIsCutShortOrMissing) {
  put_network();
  put("sample.bs2", "1234567");
  EXPECT_EQ(run("snn run " + std::string(kText) + " --data ./sample.bs2"), 3);
  EXPECT_TRUE(says("sample.bs2") && lines() == 1) << output_;
  EXPECT_EQ(run("snn run " + std::string(kText) + " --data ./nothing.bs2"), 3) << output_;
  EXPECT_EQ(run("snn run " + std::string(kText) + " --data nmnist"), 3) << output_;
  EXPECT_TRUE(says("PHOTIC_DATA")) << output_;
  EXPECT_EQ(run("snn run " + std::string(kText) + " --data mnist"), 3) << output_;
}

TEST_F(Spiking, EndsWithFourNamingANetworkFileThatIsDamagedOrMissing) {
  put_graph();
  EXPECT_EQ(run("snn import nothing.nir"), 4) << output_;
  std::filesystem::resize_file(folder_.path() / "net.nir", 600);
  EXPECT_EQ(run("snn import net.nir"), 4);
  EXPECT_TRUE(says("net.nir") && lines() == 1) << output_;
  put_network();
  put("weights.txt", "1\n2\n");
  EXPECT_EQ(run("snn import " + std::string(kText)), 4);
  EXPECT_TRUE(says("weights.txt") && lines() == 1) << output_;
}

TEST_F(Spiking, EndsWithFiveForADeviceThatIsNoSpikingOne) {
  put_network();
  put_recording("sample.bs2", {{1, 0, 0}});
  for (const char* device : {"golden:opu", "nothing", "'golden:spu?geometry=huge'"}) {
    EXPECT_EQ(run("snn run " + std::string(kText) + " --data ./sample.bs2 --device " + device), 5) << output_;
  }
}

TEST_F(Spiking, EndsAfterTheBatchUnderWayWhenInterrupted) {
  put_network();
  // So many samples that the signal comes long before the last.
  put_recording("1.bs2", {{1, 0, 0}});
  std::string list = "#id label\n";
  for (int i = 0; i < 100000; ++i) {
    list += "1 1\n";
  }
  put("test100.txt", list);
  ASSERT_EQ(std::system(
                ("cd '" + folder_.path().string() + "' && tar --format=ustar -cf data.tar test100.txt 1.bs2")
                    .c_str()),
            0);
  // The shell says who it is and becomes photic, whose first line of progress says that samples are under
  // way.
  const std::string command = "cd '" + folder_.path().string() + "' && echo $$ && exec '" + PHOTIC_COMMAND +
                              "' snn run " + kText + " --data data.tar --batch 1 --json";
  FILE* pipe = ::popen(command.c_str(), "r");
  std::array<char, 1 << 16> line{};
  ASSERT_NE(std::fgets(line.data(), line.size(), pipe), nullptr);
  const auto photic = static_cast<pid_t>(std::strtol(line.data(), nullptr, 10));
  ASSERT_NE(std::fgets(line.data(), line.size(), pipe), nullptr);
  EXPECT_NE(std::string(line.data()).find("progress"), std::string::npos) << line.data();
  ASSERT_GT(photic, 1);
  ::kill(photic, SIGINT);
  std::string last;
  while (std::fgets(line.data(), line.size(), pipe) != nullptr) {
    last = line.data();
  }
  const int status = ::pclose(pipe);
  EXPECT_EQ(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 130);
  const Json json = Json::parse(last);
  EXPECT_TRUE(json["interrupted"].get<bool>());
  EXPECT_GT(json["samples"], 0);
  EXPECT_LT(json["samples"], 100000);
  EXPECT_EQ(json["samples"], json["correct"]);
}

}  // namespace
}  // namespace photic::tools
