// SPDX-License-Identifier: Apache-2.0
// Images, samplers and pipes, which no device has: what the specification lets a platform without them
// answer.
#include "drivers/opencl/context.h"

namespace photic::opencl {
namespace {

// The devices of a valid context support no images, samplers or pipes.
template <typename Handle>
Handle no_object(cl_context context, cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&]() -> Handle {
    check(context, CL_INVALID_CONTEXT);
    throw Error(CL_INVALID_OPERATION);
  });
}

// No handle is that of an image.
cl_int no_image(cl_command_queue queue) {
  return lives(queue, Kind::kQueue) ? CL_INVALID_MEM_OBJECT : CL_INVALID_COMMAND_QUEUE;
}

bool is_image_type(cl_mem_object_type type) {
  return type >= CL_MEM_OBJECT_IMAGE2D && type <= CL_MEM_OBJECT_IMAGE1D_BUFFER;
}

}  // namespace

cl_mem pclCreateImage(cl_context context, cl_mem_flags, const cl_image_format*, const cl_image_desc*, void*,
                      cl_int* errcode_ret) {
  return no_object<cl_mem>(context, errcode_ret);
}

cl_mem pclCreateImageWithProperties(cl_context context, const cl_mem_properties*, cl_mem_flags,
                                    const cl_image_format*, const cl_image_desc*, void*,
                                    cl_int* errcode_ret) {
  return no_object<cl_mem>(context, errcode_ret);
}

cl_mem pclCreateImage2D(cl_context context, cl_mem_flags, const cl_image_format*, size_t, size_t, size_t,
                        void*, cl_int* errcode_ret) {
  return no_object<cl_mem>(context, errcode_ret);
}

cl_mem pclCreateImage3D(cl_context context, cl_mem_flags, const cl_image_format*, size_t, size_t, size_t,
                        size_t, size_t, void*, cl_int* errcode_ret) {
  return no_object<cl_mem>(context, errcode_ret);
}

cl_int pclGetSupportedImageFormats(cl_context context, cl_mem_flags, cl_mem_object_type image_type,
                                   cl_uint num_entries, cl_image_format* image_formats,
                                   cl_uint* num_image_formats) {
  return guard([&] {
    check(context, CL_INVALID_CONTEXT);
    refuse_if(!is_image_type(image_type), CL_INVALID_VALUE);
    refuse_if(num_entries == 0 && image_formats != nullptr, CL_INVALID_VALUE);
    if (num_image_formats != nullptr) {
      *num_image_formats = 0;
    }
  });
}

cl_int pclGetImageInfo(cl_mem, cl_image_info, size_t, void*, size_t*) {
  return CL_INVALID_MEM_OBJECT;
}

cl_int pclEnqueueReadImage(cl_command_queue queue, cl_mem, cl_bool, const size_t*, const size_t*, size_t,
                           size_t, void*, cl_uint, const cl_event*, cl_event*) {
  return no_image(queue);
}

cl_int pclEnqueueWriteImage(cl_command_queue queue, cl_mem, cl_bool, const size_t*, const size_t*, size_t,
                            size_t, const void*, cl_uint, const cl_event*, cl_event*) {
  return no_image(queue);
}

cl_int pclEnqueueFillImage(cl_command_queue queue, cl_mem, const void*, const size_t*, const size_t*, cl_uint,
                           const cl_event*, cl_event*) {
  return no_image(queue);
}

cl_int pclEnqueueCopyImage(cl_command_queue queue, cl_mem, cl_mem, const size_t*, const size_t*,
                           const size_t*, cl_uint, const cl_event*, cl_event*) {
  return no_image(queue);
}

cl_int pclEnqueueCopyImageToBuffer(cl_command_queue queue, cl_mem, cl_mem, const size_t*, const size_t*,
                                   size_t, cl_uint, const cl_event*, cl_event*) {
  return no_image(queue);
}

cl_int pclEnqueueCopyBufferToImage(cl_command_queue queue, cl_mem, cl_mem, size_t, const size_t*,
                                   const size_t*, cl_uint, const cl_event*, cl_event*) {
  return no_image(queue);
}

void* pclEnqueueMapImage(cl_command_queue queue, cl_mem, cl_bool, cl_map_flags, const size_t*, const size_t*,
                         size_t*, size_t*, cl_uint, const cl_event*, cl_event*, cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&]() -> void* { throw Error(no_image(queue)); });
}

cl_sampler pclCreateSampler(cl_context context, cl_bool, cl_addressing_mode, cl_filter_mode,
                            cl_int* errcode_ret) {
  return no_object<cl_sampler>(context, errcode_ret);
}

cl_sampler pclCreateSamplerWithProperties(cl_context context, const cl_sampler_properties*,
                                          cl_int* errcode_ret) {
  return no_object<cl_sampler>(context, errcode_ret);
}

cl_int pclRetainSampler(cl_sampler) {
  return CL_INVALID_SAMPLER;
}

cl_int pclReleaseSampler(cl_sampler) {
  return CL_INVALID_SAMPLER;
}

cl_int pclGetSamplerInfo(cl_sampler, cl_sampler_info, size_t, void*, size_t*) {
  return CL_INVALID_SAMPLER;
}

cl_mem pclCreatePipe(cl_context context, cl_mem_flags, cl_uint, cl_uint, const cl_pipe_properties*,
                     cl_int* errcode_ret) {
  return no_object<cl_mem>(context, errcode_ret);
}

cl_int pclGetPipeInfo(cl_mem, cl_pipe_info, size_t, void*, size_t*) {
  return CL_INVALID_MEM_OBJECT;
}

}  // namespace photic::opencl
