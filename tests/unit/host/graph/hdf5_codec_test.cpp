// SPDX-License-Identifier: Apache-2.0
// The stream between the reading process and the one that asked: exact for an honest sender, harmless for
// any.
#include "host/hdf5/codec.h"

#include <gtest/gtest.h>

namespace photic::host::hdf5 {
namespace {

using Kind = Hdf5Error::Kind;

struct StreamEnds {};

std::vector<uint8_t> encoded(const Group& root) {
  std::vector<uint8_t> bytes;
  Encoder encoder(
      [&](std::span<const uint8_t> piece) { bytes.insert(bytes.end(), piece.begin(), piece.end()); });
  encode(encoder, root);
  encoder.end();
  return bytes;
}

Group decoded(std::span<const uint8_t> bytes, const Limits& limits = {}) {
  Decoder decoder(
      [&](std::span<uint8_t> piece) {
        if (piece.size() > bytes.size()) {
          throw StreamEnds();
        }
        std::copy_n(bytes.begin(), piece.size(), piece.begin());
        bytes = bytes.subspan(piece.size());
      },
      "file", limits);
  return decoder.run();
}

Group sample() {
  Group root;
  root.datasets["i"] = list({1, -2, 3});
  root.datasets["r"] = {{1, 2}, std::vector<double>{0.5, -0.25}, true};
  root.groups["g"].groups["h"].datasets["s"] = {{2}, std::vector<std::string>{"one", ""}};
  return root;
}

Kind refusal(const Group& root, const Limits& limits) {
  try {
    decoded(encoded(root), limits);
  } catch (const Hdf5Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "no error";
  return Kind::kNotHdf5;
}

TEST(Hdf5Codec, CarriesATreeUnchanged) {
  EXPECT_EQ(decoded(encoded(sample())), sample());
}

TEST(Hdf5Codec, CarriesAnErrorAndTheObjectItIsAbout) {
  std::vector<uint8_t> bytes;
  Encoder encoder(
      [&](std::span<const uint8_t> piece) { bytes.insert(bytes.end(), piece.begin(), piece.end()); });
  encoder.begin_group("node");
  encoder.begin_dataset("weight");
  encoder.error(Kind::kUnsupported, "holds doves");
  try {
    decoded(bytes);
    FAIL();
  } catch (const Hdf5Error& error) {
    EXPECT_EQ(error.kind(), Kind::kUnsupported);
    EXPECT_EQ(error.file(), "file");
    EXPECT_EQ(error.object(), "/node/weight");
    EXPECT_NE(std::string(error.what()).find("holds doves"), std::string::npos);
  }
}

TEST(Hdf5Codec, HoldsTheSenderToTheLimits) {
  EXPECT_EQ(refusal(sample(), {.objects = 4}), Kind::kTooLarge);
  EXPECT_EQ(refusal(sample(), {.depth = 1}), Kind::kTooLarge);
  EXPECT_EQ(refusal(sample(), {.bytes = 100}), Kind::kTooLarge);
  EXPECT_EQ(refusal(sample(), {.name_bytes = 0}), Kind::kTooLarge);
  Group huge;
  huge.datasets["x"] = {{size_t{1} << 40, size_t{1} << 40}, std::vector<double>{}};
  EXPECT_EQ(refusal(huge, {}), Kind::kTooLarge);
}

TEST(Hdf5Codec, EndsInAnErrorWhereverTheStreamIsCutOrChanged) {
  const std::vector<uint8_t> whole = encoded(sample());
  for (size_t length = 0; length < whole.size(); ++length) {
    EXPECT_THROW(decoded(std::span(whole).first(length)), StreamEnds) << length;
  }
  for (size_t at = 0; at < whole.size(); ++at) {
    for (const uint8_t change : {0x01, 0x80, 0xFF}) {
      std::vector<uint8_t> bytes = whole;
      bytes[at] ^= change;
      try {
        decoded(bytes, {.bytes = 1 << 16});
      } catch (const Hdf5Error&) {
      } catch (const StreamEnds&) {
      }
    }
  }
}

}  // namespace
}  // namespace photic::host::hdf5
