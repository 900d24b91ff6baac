// SPDX-License-Identifier: Apache-2.0
// Groups depth first, members by name.
#include "host/hdf5/library_reader.h"

#include <algorithm>
#include <exception>

#include "host/hdf5/dataset_reader.h"
#include "host/hdf5/library.h"

namespace photic::host::hdf5 {
namespace {

using Kind = Hdf5Error::Kind;

struct Link {
  std::string name;
  H5L_type_t type;
};

struct Links {
  std::vector<Link> links;
  size_t most, longest_name;
  bool too_many = false, too_long = false;
};

/// H5Literate's callback; must not throw through the library's frames.
herr_t collect(hid_t, const char* name, const H5L_info_t* info, void* out) noexcept {
  auto& found = *static_cast<Links*>(out);
  found.too_many = found.links.size() == found.most;
  found.too_long = std::string_view(name).size() > found.longest_name;
  if (found.too_many || found.too_long) {
    return 1;
  }
  found.links.push_back({name, info->type});
  return 0;
}

class Walker {
 public:
  Walker(const Limits& limits, Encoder& encoder) : limits_(limits), encoder_(encoder) {}

  void members(hid_t group) {
    H5O_info_t info;
    if (H5Oget_info(group, &info) < 0) {
      corrupt();
    }
    if (std::find(path_.begin(), path_.end(), info.addr) != path_.end()) {
      throw ReadFailure{Kind::kUnsupported, "is a link to a group that holds it"};
    }
    path_.push_back(info.addr);
    if (path_.size() > limits_.depth + 1) {
      throw ReadFailure{Kind::kTooLarge, "lies in more than " + std::to_string(limits_.depth) + " groups"};
    }
    for (const Link& link : links(group)) {
      member(group, link);
    }
    path_.pop_back();
  }

 private:
  [[noreturn]] static void corrupt() {
    throw ReadFailure{Kind::kCorrupt, "cannot be read: " + last_reason()};
  }

  std::vector<Link> links(hid_t group) {
    Links found{{}, limits_.objects - std::min(objects_, limits_.objects), limits_.name_bytes};
    if (H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &found) < 0) {
      corrupt();
    }
    if (found.too_many || found.too_long) {
      throw ReadFailure{Kind::kTooLarge,
                        found.too_many ? "has too many members" : "has a member with too long a name"};
    }
    objects_ += found.links.size();
    return std::move(found.links);
  }

  void member(hid_t group, const Link& link) {
    if (link.type != H5L_TYPE_HARD) {
      encoder_.begin_dataset(link.name);
      throw ReadFailure{Kind::kUnsupported,
                        "is a soft, external or user-defined link; such links are not followed"};
    }
    // What kind of object it is stands in the object itself: it is opened before it can be announced.
    const Handle object(H5Oopen(group, link.name.c_str(), H5P_DEFAULT), H5Oclose);
    const H5I_type_t type = object.valid() ? H5Iget_type(object.get()) : H5I_BADID;
    if (type == H5I_GROUP) {
      encoder_.begin_group(link.name);
      members(object.get());
      encoder_.end_group();
      return;
    }
    encoder_.begin_dataset(link.name);
    if (!object.valid()) {
      corrupt();
    }
    if (type != H5I_DATASET) {
      throw ReadFailure{Kind::kUnsupported, "is neither a group nor a data set"};
    }
    encoder_.values(read_dataset(object.get(), limits_));
  }

  const Limits& limits_;
  Encoder& encoder_;
  std::vector<haddr_t> path_;
  size_t objects_ = 0;
};

}  // namespace

void read_with_library(const std::string& file, const Limits& limits, Encoder& encoder) {
  try {
    H5dont_atexit();
    H5open();
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    H5PLset_loading_state(0);
    if (H5Fis_hdf5(file.c_str()) <= 0) {
      encoder.error(Kind::kNotHdf5, "does not begin as an HDF5 file");
      return;
    }
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_file_locking(access.get(), 0, 1);
    const Handle opened(H5Fopen(file.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose);
    if (!opened.valid()) {
      throw ReadFailure{Kind::kCorrupt, "cannot be opened: " + last_reason()};
    }
    const Handle root(H5Gopen2(opened.get(), "/", H5P_DEFAULT), H5Gclose);
    if (!root.valid()) {
      throw ReadFailure{Kind::kCorrupt, "cannot be read: " + last_reason()};
    }
    Walker(limits, encoder).members(root.get());
    encoder.end();
  } catch (const ReadFailure& failure) {
    encoder.error(failure.kind, failure.what);
  } catch (const std::exception& error) {
    encoder.error(Kind::kTooLarge, std::string("needs more memory than it may: ") + error.what());
  }
}

}  // namespace photic::host::hdf5
