// SPDX-License-Identifier: Apache-2.0
// Objects shared with OpenGL and EGL, and device fission by extension, none of which the platform has: their
// slots in the table answer CL_INVALID_OPERATION.
#include "drivers/opencl/object.h"

namespace photic::opencl {
namespace {

template <typename Handle>
Handle no_object(cl_int* errcode_ret) {
  return guard_create(errcode_ret, []() -> Handle { throw Error(CL_INVALID_OPERATION); });
}

}  // namespace

cl_mem pclCreateFromGLBuffer(cl_context, cl_mem_flags, cl_GLuint, cl_int* errcode_ret) {
  return no_object<cl_mem>(errcode_ret);
}

cl_mem pclCreateFromGLTexture(cl_context, cl_mem_flags, cl_GLenum, cl_GLint, cl_GLuint, cl_int* errcode_ret) {
  return no_object<cl_mem>(errcode_ret);
}

cl_mem pclCreateFromGLTexture2D(cl_context, cl_mem_flags, cl_GLenum, cl_GLint, cl_GLuint,
                                cl_int* errcode_ret) {
  return no_object<cl_mem>(errcode_ret);
}

cl_mem pclCreateFromGLTexture3D(cl_context, cl_mem_flags, cl_GLenum, cl_GLint, cl_GLuint,
                                cl_int* errcode_ret) {
  return no_object<cl_mem>(errcode_ret);
}

cl_mem pclCreateFromGLRenderbuffer(cl_context, cl_mem_flags, cl_GLuint, cl_int* errcode_ret) {
  return no_object<cl_mem>(errcode_ret);
}

cl_int pclGetGLObjectInfo(cl_mem, cl_gl_object_type*, cl_GLuint*) {
  return CL_INVALID_OPERATION;
}

cl_int pclGetGLTextureInfo(cl_mem, cl_gl_texture_info, size_t, void*, size_t*) {
  return CL_INVALID_OPERATION;
}

cl_int pclEnqueueAcquireGLObjects(cl_command_queue, cl_uint, const cl_mem*, cl_uint, const cl_event*,
                                  cl_event*) {
  return CL_INVALID_OPERATION;
}

cl_int pclEnqueueReleaseGLObjects(cl_command_queue, cl_uint, const cl_mem*, cl_uint, const cl_event*,
                                  cl_event*) {
  return CL_INVALID_OPERATION;
}

cl_int pclGetGLContextInfoKHR(const cl_context_properties*, cl_gl_context_info, size_t, void*, size_t*) {
  return CL_INVALID_OPERATION;
}

cl_event pclCreateEventFromGLsyncKHR(cl_context, cl_GLsync, cl_int* errcode_ret) {
  return no_object<cl_event>(errcode_ret);
}

cl_mem pclCreateFromEGLImageKHR(cl_context, CLeglDisplayKHR, CLeglImageKHR, cl_mem_flags,
                                const cl_egl_image_properties_khr*, cl_int* errcode_ret) {
  return no_object<cl_mem>(errcode_ret);
}

cl_int pclEnqueueAcquireEGLObjectsKHR(cl_command_queue, cl_uint, const cl_mem*, cl_uint, const cl_event*,
                                      cl_event*) {
  return CL_INVALID_OPERATION;
}

cl_int pclEnqueueReleaseEGLObjectsKHR(cl_command_queue, cl_uint, const cl_mem*, cl_uint, const cl_event*,
                                      cl_event*) {
  return CL_INVALID_OPERATION;
}

cl_event pclCreateEventFromEGLSyncKHR(cl_context, CLeglSyncKHR, CLeglDisplayKHR, cl_int* errcode_ret) {
  return no_object<cl_event>(errcode_ret);
}

cl_int pclCreateSubDevicesEXT(cl_device_id, const cl_device_partition_property_ext*, cl_uint, cl_device_id*,
                              cl_uint*) {
  return CL_INVALID_OPERATION;
}

cl_int pclRetainDeviceEXT(cl_device_id) {
  return CL_INVALID_OPERATION;
}

cl_int pclReleaseDeviceEXT(cl_device_id) {
  return CL_INVALID_OPERATION;
}

}  // namespace photic::opencl
