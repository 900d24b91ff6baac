// SPDX-License-Identifier: Apache-2.0
// SHA-256 by libcrypto.
#include "host/data/sha256.h"

#include <openssl/sha.h>

namespace photic::host {

std::string sha256(std::span<const uint8_t> bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(bytes.data(), bytes.size(), digest);
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace photic::host
