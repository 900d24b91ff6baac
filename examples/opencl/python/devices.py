# SPDX-License-Identifier: Apache-2.0
"""One OPU and one SPU, over pyopencl or over libphotic: the same few calls, arrays in and out.

Every call waits for its command and raises RuntimeError with the device's own reason if it failed.
"""

import ctypes
import os

import numpy as np

# The fields of photic_opu_project_desc after `destination` but for `timeout`, in the order the kernel takes them.
PROJECT_FIELDS = (
    "features", "vectors", "input_format", "input_planes", "scheme", "output_format", "layout", "strict", "mirror_row", "mirror_col",
    "mirror_rows", "mirror_cols", "macro", "grid_cols", "scale", "shift", "camera_row", "camera_rows", "outputs", "exposure", "frame")
# The scalar fields of photic_spu_run_desc, likewise.
RUN_FIELDS = ("source_words", "step", "steps", "epoch", "period", "record", "outputs", "probe_core", "probe_neuron", "probe_neurons",
              "clear_first", "strict")
KIND_OPU, KIND_SPU = 1, 2


class OpenClDevices:
    """The devices of the platform named Photic; which ones, PHOTIC_OPENCL_DEVICES says."""

    _KIND, _GEOMETRY, _SIZES = 0x4F500001, 0x4F500003, 0x4F500007  # cl_photic.h
    _STATUS_TEXT, _DETAIL = 0x4F500022, 0x4F500023

    def __init__(self):
        import pyopencl as cl
        self._cl = cl
        self._library = ctypes.CDLL("libOpenCL.so.1")
        platform = next((p for p in cl.get_platforms() if p.name == "Photic"), None)
        if platform is None:
            raise RuntimeError("no OpenCL platform is named Photic; set OCL_ICD_VENDORS")
        by_kind = {}
        for device in platform.get_devices():
            by_kind.setdefault(int(self._query(self._library.clGetDeviceInfo, device, self._KIND, np.uint32)[0]), device)
        self._devices = {kind: by_kind[kind] for kind in (KIND_OPU, KIND_SPU)}
        self._contexts = {kind: cl.Context([device]) for kind, device in self._devices.items()}
        self._queues = {kind: cl.CommandQueue(context) for kind, context in self._contexts.items()}
        self._programs = {kind: cl.create_program_with_built_in_kernels(self._contexts[kind], [device], device.built_in_kernels)
                          for kind, device in self._devices.items()}

    def _query(self, function, thing, what, dtype):
        size = ctypes.c_size_t()
        self._check(function(ctypes.c_void_p(thing.int_ptr), what, ctypes.c_size_t(0), None, ctypes.byref(size)))
        data = np.zeros(size.value, np.uint8)
        self._check(function(ctypes.c_void_p(thing.int_ptr), what, size, ctypes.c_void_p(data.ctypes.data), None))
        return data.view(dtype)

    @staticmethod
    def _check(code):
        if code != 0:
            raise RuntimeError(f"OpenCL query failed with {code}")

    def _run(self, kind, name, *arguments):
        cl = self._cl
        kernel = cl.Kernel(self._programs[kind], name)
        kernel.set_args(*(np.uint32(a) if isinstance(a, (int, np.integer)) else a for a in arguments))
        event = cl.enqueue_nd_range_kernel(self._queues[kind], kernel, (1,), None)
        try:
            event.wait()
        except cl.Error as error:
            reason = bytes(self._query(self._library.clGetEventInfo, event, self._STATUS_TEXT, np.uint8)).split(b"\0")[0]
            raise RuntimeError(f"{name} ended badly: {reason.decode()}") from error
        return event

    def _buffer(self, kind, array=None, size=0):
        flags = self._cl.mem_flags
        if array is None:
            return self._cl.Buffer(self._contexts[kind], flags.WRITE_ONLY, size)
        return self._cl.Buffer(self._contexts[kind], flags.READ_ONLY | flags.COPY_HOST_PTR, hostbuf=array)

    def _read(self, kind, buffer, count, dtype):
        result = np.empty(count, dtype)
        self._cl.enqueue_copy(self._queues[kind], result, buffer)
        return result

    def optical_sizes(self):
        """Mirror rows, mirror columns, pixel rows, pixel columns."""
        return tuple(int(n) for n in self._query(self._library.clGetDeviceInfo, self._devices[KIND_OPU], self._SIZES, np.uint32))

    def cores(self):
        """Cores of the SPU: columns by rows."""
        sizes = self._query(self._library.clGetDeviceInfo, self._devices[KIND_SPU], self._SIZES, np.uint32)
        return int(sizes[0]) * int(sizes[1])

    def set_light(self, power, shift, adc_bits):
        self._run(KIND_OPU, "photic_opu_configure", power, shift, adc_bits)

    def project(self, desc, words, count):
        """Projects `words` (uint64) as `desc` (a dict of PROJECT_FIELDS) says: `count` int16 outputs, and saturated pixels."""
        source, destination = self._buffer(KIND_OPU, words), self._buffer(KIND_OPU, size=2 * count)
        event = self._run(KIND_OPU, "photic_opu_project", source, destination, *(desc.get(f, 0) for f in PROJECT_FIELDS), 0)
        saturated = int(self._query(self._library.clGetEventInfo, event, self._DETAIL, np.uint64)[0])
        return self._read(KIND_OPU, destination, count, np.int16), saturated

    def write(self, core, cores, region, word, words):
        """Writes words (uint64) into a region, the same number in each of `cores` cores."""
        self._run(KIND_SPU, "photic_spu_write", self._buffer(KIND_SPU, words), core, cores, region, word, len(words) // cores, 0)

    def clear(self, what):
        self._run(KIND_SPU, "photic_spu_clear", what)

    def run(self, desc, events, count):
        """Runs steps on an event stream (uint64) as `desc` (a dict of RUN_FIELDS and timeout) says: `count` int32 values."""
        destination = self._buffer(KIND_SPU, size=4 * count)
        self._run(KIND_SPU, "photic_spu_run", self._buffer(KIND_SPU, events), destination, None, *(desc.get(f, 0) for f in RUN_FIELDS),
                  desc.get("timeout", 0))
        return self._read(KIND_SPU, destination, count, np.int32)


def _structure(name, *fields):
    types = {"u32": ctypes.c_uint32, "u64": ctypes.c_uint64, "ptr": ctypes.c_void_p}
    return type(name, (ctypes.Structure,), {"_fields_": [(field, types[kind]) for kind, names in fields for field in names.split()]})


_Project = _structure("Project", ("u32", "struct_size timeout"), ("u64", "source destination"), ("u32", " ".join(PROJECT_FIELDS)))
_Memory = _structure("Memory", ("u32", "struct_size timeout"), ("ptr", "buffer"), ("u64", "offset"), ("u32", "core cores region word words"))
_Run = _structure("Run", ("u32", "struct_size timeout"), ("ptr", "source"), ("u64", "source_offset"), ("ptr", "destination"),
                  ("u64", "destination_offset"), ("ptr", "trace"), ("u64", "trace_offset"), ("u32", " ".join(RUN_FIELDS)))
_Settings = _structure("Settings", ("u32", "struct_size laser_power laser_shift adc_bits"))
_BufferInfo = _structure("BufferInfo", ("u32", "struct_size imported"), ("ptr", "host"), ("u64", "bus_address size"))
_EventInfo = _structure("EventInfo", ("u32", "struct_size status"),
                        ("u64", "queued_ns submitted_ns completed_ns start_cycle end_cycle detail"))
_Geometry = _structure("Geometry", ("u32", "struct_size mesh_cols mesh_rows cores neurons axons synapse_words lanes slots walks fanout_words "
                                           "io_fanout_words inputs outputs"))


class _Capabilities(ctypes.Structure):
    _fields_ = ([("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("geometry", ctypes.c_char * 32)] +
                [(n, ctypes.c_uint32) for n in ("mirror_rows", "mirror_cols", "pixel_rows", "pixel_cols", "clock_khz", "queues",
                                                "ring_entries_max", "contract")] +
                [("version_major", ctypes.c_uint16), ("version_minor", ctypes.c_uint16), ("timed", ctypes.c_uint32),
                 ("target", ctypes.c_char * 256)])


def _sized(kind, **values):
    return kind(struct_size=ctypes.sizeof(kind), **values)


class NativeDevices:
    """The devices two URIs name, over libphotic's C API (photic.h, photic_spu.h)."""

    _FOREVER = ctypes.c_uint64(2**64 - 1)

    def __init__(self, library, optical, spiking):
        self._photic = ctypes.CDLL(os.fspath(library))
        self._photic.photic_error_text.restype = ctypes.c_char_p
        self._devices = {KIND_OPU: self._make("photic_open", optical.encode()), KIND_SPU: self._make("photic_open", spiking.encode())}
        self._queues = {kind: self._make("photic_queue_create", device, 4) for kind, device in self._devices.items()}

    def _call(self, name, *arguments):
        if getattr(self._photic, name)(*arguments) != 0:
            raise RuntimeError(self._photic.photic_error_text().decode())

    def _make(self, name, *arguments):
        handle = ctypes.c_void_p()
        self._call(name, *arguments, ctypes.byref(handle))
        return handle

    def _buffer(self, kind, size, array=None):
        buffer = self._make("photic_buffer_create", self._devices[kind], ctypes.c_uint64(max(size, 8)))
        info = _sized(_BufferInfo)
        self._call("photic_buffer_get_info", buffer, ctypes.byref(info))
        if array is not None:
            ctypes.memmove(info.host, array.ctypes.data, array.nbytes)
        return buffer, info

    def _finish(self, event):
        self._call("photic_event_wait", event, self._FOREVER)
        info = _sized(_EventInfo)
        self._call("photic_event_get_info", event, ctypes.byref(info))
        self._call("photic_event_release", event)
        return info

    def _submit(self, name, kind, desc):
        return self._finish(self._make(name, self._queues[kind], desc, None, ctypes.c_size_t(0)))

    def _take(self, buffer, info, count, dtype):
        result = np.empty(count, dtype)
        ctypes.memmove(result.ctypes.data, info.host, result.nbytes)
        self._call("photic_buffer_release", buffer)
        return result

    def optical_sizes(self):
        caps = _sized(_Capabilities)
        self._call("photic_device_capabilities", self._devices[KIND_OPU], ctypes.byref(caps))
        return caps.mirror_rows, caps.mirror_cols, caps.pixel_rows, caps.pixel_cols

    def cores(self):
        geometry = _sized(_Geometry)
        self._call("photic_spu_get_geometry", self._devices[KIND_SPU], ctypes.byref(geometry))
        return geometry.cores

    def set_light(self, power, shift, adc_bits):
        settings = _sized(_Settings, laser_power=power, laser_shift=shift, adc_bits=adc_bits)
        self._call("photic_opu_configure", self._devices[KIND_OPU], ctypes.byref(settings))

    def project(self, desc, words, count):
        source, read = self._buffer(KIND_OPU, words.nbytes, words)
        destination, written = self._buffer(KIND_OPU, 2 * count)
        command = _sized(_Project, source=read.bus_address, destination=written.bus_address, **desc)
        info = self._submit("photic_opu_project", KIND_OPU, ctypes.byref(command))
        self._call("photic_buffer_release", source)
        return self._take(destination, written, count, np.int16), info.detail

    def write(self, core, cores, region, word, words):
        buffer, _ = self._buffer(KIND_SPU, words.nbytes, words)
        command = _sized(_Memory, buffer=buffer, core=core, cores=cores, region=region, word=word, words=len(words) // cores)
        self._submit("photic_spu_write", KIND_SPU, ctypes.byref(command))
        self._call("photic_buffer_release", buffer)

    def clear(self, what):
        self._submit("photic_spu_clear", KIND_SPU, ctypes.c_uint32(what))

    def run(self, desc, events, count):
        source, _ = self._buffer(KIND_SPU, events.nbytes, events)
        destination, written = self._buffer(KIND_SPU, 4 * count)
        command = _sized(_Run, source=source, destination=destination, **desc)
        self._submit("photic_spu_run", KIND_SPU, ctypes.byref(command))
        self._call("photic_buffer_release", source)
        return self._take(destination, written, count, np.int32)
