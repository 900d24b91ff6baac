// SPDX-License-Identifier: Apache-2.0
// 8 bytes of header length, a JSON header, then the tensors' bytes without gaps.
#include "host/checkpoint/safetensors.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "host/base/atomic_file.h"

namespace photic::host {
namespace {

using Json = nlohmann::json;
using Kind = CheckpointError::Kind;
constexpr uint64_t kLengthBytes = 8;
const char* const kOther = "use another checkpoint";

constexpr std::pair<const char*, uint64_t> kDtypes[] = {
    {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"U16", 2}, {"I16", 2}, {"F16", 2}, {"BF16", 2},
    {"U32", 4},  {"I32", 4}, {"F32", 4}, {"U64", 8}, {"I64", 8}, {"F64", 8}};

/// Bytes a shape needs; throws kShape if that does not fit 64 bits.
uint64_t shape_bytes(const std::vector<uint64_t>& shape, uint64_t element, const std::string& where) {
  uint64_t bytes = element;
  for (const uint64_t dim : shape) {
    if (dim != 0 && bytes > std::numeric_limits<uint64_t>::max() / dim) {
      throw CheckpointError(Kind::kShape, where, "its shape overflows 64 bits", kOther);
    }
    bytes *= dim;
  }
  return bytes;
}

Json parse_header(const char* begin, const char* end, const std::string& where) {
  std::set<std::string> names;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& value) {
    if (depth > 4) {
      throw CheckpointError(Kind::kHeader, where, "the header is nested too deeply", kOther);
    }
    if (event == Json::parse_event_t::key && depth == 1 && !names.insert(value.get<std::string>()).second) {
      throw CheckpointError(Kind::kHeader, where, "the header names '" + value.get<std::string>() + "' twice",
                            kOther);
    }
    return true;
  };
  try {
    Json header = Json::parse(begin, end, watch);
    if (!header.is_object()) {
      throw CheckpointError(Kind::kHeader, where, "the header is not an object", kOther);
    }
    return header;
  } catch (const Json::exception& error) {
    throw CheckpointError(Kind::kHeader, where, std::string("the header is not JSON: ") + error.what(),
                          kOther);
  }
}

struct Span {
  uint64_t begin = 0;
  uint64_t end = 0;
  std::string name;
};

/// Fills dtype and shape of one entry and says where its bytes are.
Span read_entry(const std::string& name, const Json& entry, uint64_t data_bytes, const std::string& file,
                StoredTensor& tensor) {
  const std::string where = file + ", tensor '" + name + "'";
  std::array<uint64_t, 2> offsets{};
  try {
    if (!entry.is_object() || entry.size() != 3) {
      throw CheckpointError(Kind::kHeader, where, "does not have exactly dtype, shape and data_offsets",
                            kOther);
    }
    tensor.dtype = entry.at("dtype").get<std::string>();
    const auto unsigned_only = [&](const Json& list) {
      if (!list.is_array() ||
          !std::all_of(list.begin(), list.end(), [](const Json& v) { return v.is_number_unsigned(); })) {
        throw CheckpointError(Kind::kHeader, where, "has a size that is not a natural number", kOther);
      }
    };
    unsigned_only(entry.at("shape"));
    unsigned_only(entry.at("data_offsets"));
    if (entry.at("data_offsets").size() != 2) {
      throw CheckpointError(Kind::kHeader, where, "does not have two data_offsets", kOther);
    }
    entry.at("shape").get_to(tensor.shape);
    entry.at("data_offsets").get_to(offsets);
  } catch (const Json::exception& error) {
    throw CheckpointError(Kind::kHeader, where, error.what(), kOther);
  }
  const uint64_t element = dtype_size(tensor.dtype);
  if (element == 0) {
    throw CheckpointError(Kind::kDtype, where, "its type '" + tensor.dtype + "' is not known", kOther);
  }
  if (offsets[0] > offsets[1] || offsets[1] > data_bytes) {
    throw CheckpointError(Kind::kOffsets, where,
                          "lies at bytes " + std::to_string(offsets[0]) + " to " +
                              std::to_string(offsets[1]) + " of " + std::to_string(data_bytes),
                          kOther);
  }
  if (shape_bytes(tensor.shape, element, where) != offsets[1] - offsets[0]) {
    throw CheckpointError(Kind::kShape, where, "its shape does not match its bytes", kOther);
  }
  return {offsets[0], offsets[1], name};
}

/// Tensors must cover the data exactly once.
void require_tiling(std::vector<Span> spans, uint64_t data_bytes, const std::string& where) {
  std::sort(spans.begin(), spans.end(),
            [](const Span& a, const Span& b) { return std::tie(a.begin, a.end) < std::tie(b.begin, b.end); });
  uint64_t at = 0;
  for (const Span& span : spans) {
    if (span.begin != at) {
      throw CheckpointError(Kind::kOffsets, where,
                            "tensor '" + span.name + "' " +
                                (span.begin < at ? "overlaps another" : "follows a hole") + " at byte " +
                                std::to_string(span.begin),
                            kOther);
    }
    at = span.end;
  }
  if (at != data_bytes) {
    throw CheckpointError(Kind::kOffsets, where,
                          std::to_string(data_bytes - at) + " bytes after the last tensor belong to none",
                          kOther);
  }
}

void read_metadata(const Json& entry, const std::string& where, TensorFile& file) {
  for (const auto& [key, value] : entry.items()) {
    if (!value.is_string()) {
      throw CheckpointError(Kind::kHeader, where, "metadata '" + key + "' is not a string", kOther);
    }
    file.metadata[key] = value.get<std::string>();
  }
}

}  // namespace

uint64_t dtype_size(const std::string& dtype) {
  for (const auto& [name, size] : kDtypes) {
    if (dtype == name) {
      return size;
    }
  }
  return 0;
}

TensorFile parse_safetensors(const std::vector<uint8_t>& bytes, const std::string& where) {
  if (bytes.size() < kLengthBytes) {
    throw CheckpointError(Kind::kTruncated, where,
                          "has " + std::to_string(bytes.size()) + " bytes, not even a length", kOther);
  }
  uint64_t header_bytes = 0;
  for (size_t i = 0; i < kLengthBytes; ++i) {
    header_bytes |= uint64_t{bytes[i]} << (8 * i);
  }
  if (header_bytes == 0 || header_bytes > kMaxHeaderBytes) {
    throw CheckpointError(Kind::kHeaderSize, where,
                          "claims a header of " + std::to_string(header_bytes) + " bytes",
                          "give a safetensors file");
  }
  if (header_bytes > bytes.size() - kLengthBytes) {
    throw CheckpointError(Kind::kTruncated, where,
                          "claims a header of " + std::to_string(header_bytes) + " bytes and has only " +
                              std::to_string(bytes.size() - kLengthBytes) + " left",
                          kOther);
  }
  const char* begin = reinterpret_cast<const char*>(bytes.data()) + kLengthBytes;
  const Json header = parse_header(begin, begin + header_bytes, where);
  const uint8_t* data = bytes.data() + kLengthBytes + header_bytes;
  const uint64_t data_bytes = bytes.size() - kLengthBytes - header_bytes;
  TensorFile file;
  std::vector<Span> spans;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      read_metadata(entry, where, file);
      continue;
    }
    spans.push_back(read_entry(name, entry, data_bytes, where, file.tensors[name]));
  }
  require_tiling(spans, data_bytes, where);
  for (const Span& span : spans) {
    file.tensors[span.name].bytes.assign(data + span.begin, data + span.end);
  }
  return file;
}

TensorFile read_safetensors(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::error_code no_size;
  const uint64_t size = std::filesystem::file_size(path, no_size);
  if (!stream || no_size) {
    throw CheckpointError(Kind::kMissing, path.string(), "cannot be opened",
                          "check the path and its permissions");
  }
  std::vector<uint8_t> bytes(size);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (static_cast<uint64_t>(stream.gcount()) != size) {
    throw CheckpointError(Kind::kTruncated, path.string(), "became shorter while it was read", "try again");
  }
  return parse_safetensors(bytes, path.string());
}

void write_safetensors(const std::filesystem::path& path, const TensorFile& file) {
  Json header = Json::object();
  if (!file.metadata.empty()) {
    header["__metadata__"] = file.metadata;
  }
  std::vector<std::span<const uint8_t>> parts(2);
  uint64_t at = 0;
  for (const auto& [name, tensor] : file.tensors) {
    const std::string where = path.string() + ", tensor '" + name + "'";
    const uint64_t element = dtype_size(tensor.dtype);
    if (element == 0) {
      throw CheckpointError(Kind::kDtype, where, "its type '" + tensor.dtype + "' is not known", "use F32");
    }
    if (shape_bytes(tensor.shape, element, where) != tensor.bytes.size()) {
      throw CheckpointError(Kind::kShape, where, "its shape does not match its bytes",
                            "give as many bytes as elements");
    }
    header[name] = {
        {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {at, at + tensor.bytes.size()}}};
    at += tensor.bytes.size();
    parts.emplace_back(tensor.bytes);
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');  // the data then starts aligned
  std::array<uint8_t, kLengthBytes> length{};
  for (size_t i = 0; i < kLengthBytes; ++i) {
    length[i] = static_cast<uint8_t>(uint64_t{text.size()} >> (8 * i));
  }
  parts[0] = length;
  parts[1] = {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
  write_atomically(path, parts);
}

}  // namespace photic::host
