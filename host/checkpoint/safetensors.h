// SPDX-License-Identifier: Apache-2.0
// Reads and writes safetensors files (github.com/huggingface/safetensors, format of version 0.4).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "host/base/error.h"

namespace photic::host {

/// What can be wrong with a checkpoint.
class CheckpointError : public Error {
 public:
  enum class Kind {
    kMissing,     // not there or not readable
    kTruncated,   // shorter than its header says
    kHeaderSize,  // claims a header that is empty, longer than the file, or longer than kMaxHeaderBytes
    kHeader,      // header is not the JSON the format asks for
    kOffsets,     // tensors overlap, leave holes, or reach outside the file
    kDtype,       // element type unknown, or not the one wanted
    kShape,       // shape does not match the bytes, or is not the one wanted
    kContents,    // a tensor or setting is absent, unexpected or senseless
  };

  CheckpointError(Kind kind, const std::string& where, const std::string& what, const std::string& remedy)
      : Error(where, what, remedy), kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

inline constexpr uint64_t kMaxHeaderBytes = 100'000'000;  // the limit of the reference implementation

/// One tensor; `bytes` are little-endian elements, last dimension fastest.
struct StoredTensor {
  std::string dtype;  // "F32", "F64", "U64", ...
  std::vector<uint64_t> shape;
  std::vector<uint8_t> bytes;

  bool operator==(const StoredTensor&) const = default;
};

/// A file's contents.
struct TensorFile {
  std::map<std::string, StoredTensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// Bytes of one element of `dtype`; 0 if it is not known.
uint64_t dtype_size(const std::string& dtype);

/// Reads a whole file. Nothing is allocated from a size the file has not backed up. Throws CheckpointError.
TensorFile read_safetensors(const std::filesystem::path& path);

/// Parses a file already in memory; `where` names it in errors.
TensorFile parse_safetensors(const std::vector<uint8_t>& bytes, const std::string& where);

/// Writes atomically (see write_atomically). Throws CheckpointError kShape or kDtype if a tensor contradicts
/// itself, IoError if the file cannot be written.
void write_safetensors(const std::filesystem::path& path, const TensorFile& file);

}  // namespace photic::host
