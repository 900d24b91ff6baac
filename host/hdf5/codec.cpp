// SPDX-License-Identifier: Apache-2.0
// Records, written and read one after the other.
#include "host/hdf5/codec.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "host/hdf5/errors.h"

namespace photic::host::hdf5 {
namespace {

static_assert(std::endian::native == std::endian::little, "values cross the pipe as they lie in memory");

template <typename Value>
std::span<const uint8_t> bytes_of(const Value& value) {
  return {reinterpret_cast<const uint8_t*>(&value), sizeof(value)};
}

template <typename Value>
std::span<const uint8_t> bytes_of(const std::vector<Value>& values) {
  return {reinterpret_cast<const uint8_t*>(values.data()), values.size() * sizeof(Value)};
}

}  // namespace

void Encoder::text(char tag, std::string_view text) {
  put_(bytes_of(tag));
  put_(bytes_of(static_cast<uint32_t>(text.size())));
  put_({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

void Encoder::begin_group(std::string_view name) {
  text('G', name);
}

void Encoder::end_group() {
  put_(bytes_of('E'));
}

void Encoder::begin_dataset(std::string_view name) {
  text('D', name);
}

void Encoder::values(const Dataset& dataset) {
  static constexpr std::array<char, 3> kTypes = {'i', 'd', 's'};
  put_(bytes_of('V'));
  put_(bytes_of(kTypes[dataset.values.index()]));
  put_(bytes_of(dataset.compressed));
  put_(bytes_of(static_cast<uint8_t>(dataset.shape.size())));
  for (const size_t extent : dataset.shape) {
    put_(bytes_of(static_cast<uint64_t>(extent)));
  }
  if (const auto* integers = std::get_if<0>(&dataset.values)) {
    put_(bytes_of(*integers));
  } else if (const auto* reals = std::get_if<1>(&dataset.values)) {
    put_(bytes_of(*reals));
  } else {
    for (const std::string& value : std::get<2>(dataset.values)) {
      put_(bytes_of(static_cast<uint32_t>(value.size())));
      put_({reinterpret_cast<const uint8_t*>(value.data()), value.size()});
    }
  }
}

void Encoder::error(Hdf5Error::Kind kind, std::string_view message) {
  put_(bytes_of('X'));
  put_(bytes_of(static_cast<uint8_t>(kind)));
  put_(bytes_of(static_cast<uint32_t>(message.size())));
  put_({reinterpret_cast<const uint8_t*>(message.data()), message.size()});
}

void Encoder::end() {
  put_(bytes_of('Z'));
}

void encode(Encoder& encoder, const Group& root) {
  for (const auto& [name, dataset] : root.datasets) {
    encoder.begin_dataset(name);
    encoder.values(dataset);
  }
  for (const auto& [name, group] : root.groups) {
    encoder.begin_group(name);
    encode(encoder, group);
    encoder.end_group();
  }
}

Group Decoder::run() {
  Group root;
  members(root, 0);
  return root;
}

void Decoder::members(Group& group, size_t depth) {
  const std::string here = object_;
  for (;;) {
    const auto tag = static_cast<char>(byte());
    if (tag == 'G') {
      const std::string name = begin(here);
      if (depth + 1 > limits_.depth) {
        fail(Hdf5Error::Kind::kTooLarge, "lies in more than " + std::to_string(limits_.depth) + " groups");
      }
      const auto [added, is_new] = group.groups.emplace(name, Group());
      if (!is_new || group.datasets.contains(name)) {
        fail(Hdf5Error::Kind::kCorrupt, "is there twice");
      }
      members(added->second, depth + 1);
    } else if (tag == 'D') {
      const std::string name = begin(here);
      if (group.groups.contains(name) || group.datasets.contains(name)) {
        fail(Hdf5Error::Kind::kCorrupt, "is there twice");
      }
      group.datasets.emplace(name, dataset());
    } else if (tag == 'X') {
      told();
    } else if ((tag == 'E' && depth > 0) || (tag == 'Z' && depth == 0)) {
      return;
    } else {
      fail(Hdf5Error::Kind::kReaderDied, "the reading process broke off");
    }
  }
}

std::string Decoder::begin(const std::string& parent) {
  std::string name = text(limits_.name_bytes);
  object_ = parent + "/" + name;
  if (++objects_ > limits_.objects) {
    fail(Hdf5Error::Kind::kTooLarge, "is one of more than " + std::to_string(limits_.objects) + " objects");
  }
  charge(sizeof(Dataset) + name.size());
  return name;
}

Dataset Decoder::dataset() {
  const auto tag = static_cast<char>(byte());
  if (tag == 'X') {
    told();
  }
  Dataset dataset;
  const auto type = static_cast<char>(byte());
  dataset.compressed = byte() != 0;
  const size_t rank = byte();
  if (tag != 'V' || rank > kMaxRank) {
    fail(Hdf5Error::Kind::kReaderDied, "the reading process broke off");
  }
  uint64_t count = 1;
  bool empty = false;
  for (size_t i = 0; i < rank; ++i) {
    const uint64_t extent = number(8);
    dataset.shape.push_back(extent);
    empty = empty || extent == 0;
    if (extent > 0 && count > limits_.bytes / extent) {
      fail(Hdf5Error::Kind::kTooLarge,
           "claims more than " + std::to_string(limits_.bytes) + " bytes of values");
    }
    count *= std::max<uint64_t>(extent, 1);
  }
  count = empty ? 0 : count;
  if (type == 's') {
    charge(count * sizeof(std::string));
    auto& values = dataset.values.emplace<2>();
    for (uint64_t i = 0; i < count; ++i) {
      values.push_back(text(limits_.bytes));
      charge(values.back().size());
    }
    return dataset;
  }
  charge(count * 8);
  if (type == 'i') {
    auto& values = dataset.values.emplace<0>(count);
    get_({reinterpret_cast<uint8_t*>(values.data()), count * 8});
  } else if (type == 'd') {
    auto& values = dataset.values.emplace<1>(count);
    get_({reinterpret_cast<uint8_t*>(values.data()), count * 8});
  } else {
    fail(Hdf5Error::Kind::kReaderDied, "the reading process broke off");
  }
  return dataset;
}

void Decoder::charge(uint64_t bytes) {
  bytes_ += bytes;
  if (bytes_ > limits_.bytes) {
    fail(Hdf5Error::Kind::kTooLarge,
         "would make the values more than " + std::to_string(limits_.bytes) + " bytes");
  }
}

uint8_t Decoder::byte() {
  return static_cast<uint8_t>(number(1));
}

uint64_t Decoder::number(size_t bytes) {
  uint64_t value = 0;
  get_({reinterpret_cast<uint8_t*>(&value), bytes});
  return value;
}

std::string Decoder::text(uint64_t longest) {
  const uint64_t size = number(4);
  if (size > longest || size > limits_.bytes - bytes_) {
    fail(Hdf5Error::Kind::kTooLarge, "has a text of " + std::to_string(size) + " bytes");
  }
  std::string text(size, '\0');
  get_({reinterpret_cast<uint8_t*>(text.data()), text.size()});
  return text;
}

void Decoder::fail(Hdf5Error::Kind kind, const std::string& what) const {
  throw Hdf5Error(kind, file_, object_, what, remedy(kind));
}

void Decoder::told() {
  const uint8_t kind = byte();
  const std::string message = text(1 << 16);
  if (kind > static_cast<uint8_t>(Hdf5Error::Kind::kReaderDied)) {
    fail(Hdf5Error::Kind::kReaderDied, "the reading process broke off");
  }
  fail(static_cast<Hdf5Error::Kind>(kind), message);
}

}  // namespace photic::host::hdf5
