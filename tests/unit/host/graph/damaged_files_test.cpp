// SPDX-License-Identifier: Apache-2.0
// Real and generated files, cut and changed in many places: each is still a graph or a typed error.
#include <gtest/gtest.h>

#include "host/graph/net.h"
#include "host/graph/nir.h"
#include "tests/unit/host/graph/nir_graphs.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

/// Reads every damaged version of `whole`; the limits make a hang an error after seconds.
template <typename Read>
void expect_graph_or_error(const std::string& whole, const std::vector<size_t>& places, Read read) {
  const test::TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "damaged";
  hdf5::Limits limits;
  limits.seconds = 5;
  size_t errors = 0;
  const auto attempt = [&](const std::vector<uint8_t>& bytes) {
    test::write_file(path, bytes);
    try {
      read(path, limits);
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(path.string()), std::string::npos) << error.what();
      ++errors;
    }
  };
  for (const size_t place : places) {
    attempt({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(place)});
    std::vector<uint8_t> changed(whole.begin(), whole.end());
    changed[place] ^= static_cast<uint8_t>(1 + place % 255);
    attempt(changed);
  }
  EXPECT_GE(errors, places.size());  // no file that is cut is whole
}

/// `count` places all over a file, close together where its structures begin.
std::vector<size_t> places(size_t size, size_t count) {
  std::vector<size_t> found;
  for (size_t i = 0; i < count; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(count);
    found.push_back(static_cast<size_t>(part * part * static_cast<double>(size)));
  }
  return found;
}

TEST(DamagedFiles, GeneratedGraphsAreReadOrRefused) {
  const test::TemporaryFolder folder;
  for (const graph::Graph& graph : {test::element_wise_graph(), test::image_graph()}) {
    write_nir(graph, folder.path() / "graph.nir");
    const std::string whole = test::read_file(folder.path() / "graph.nir");
    expect_graph_or_error(whole, places(whole.size(), 60),
                          [](const auto& path, const auto& limits) { read_nir(path, limits); });
  }
}

TEST(DamagedFiles, PublishedGraphsAreReadOrRefused) {
  if (test::published("nir").empty()) {
    GTEST_SKIP() << "skipped: no data";
  }
  for (const char* name : {"lif_norse.nir", "two_lif_neurons.nir", "cnn_sinabs.nir"}) {
    const std::string whole = test::read_file(test::published(std::string("nir/") + name));
    expect_graph_or_error(whole, places(whole.size(), 40),
                          [](const auto& path, const auto& limits) { read_nir(path, limits); });
  }
}

TEST(DamagedFiles, PublishedIntegerNetworksAreReadOrRefused) {
  const std::filesystem::path file = test::published("loihi_mnist/trained_mnist_network.net");
  if (file.empty()) {
    GTEST_SKIP() << "skipped: no data";
  }
  const std::string whole = test::read_file(file);
  expect_graph_or_error(whole, places(whole.size(), 40),
                        [](const auto& path, const auto& limits) { read_net(path, limits); });
}

}  // namespace
}  // namespace photic::host
