// box.cc: memory for values on their way through a channel.
//
// Values that are not trivially copyable travel in boxes (<gort/chan.h>). A box
// belongs to the sender, then to nobody while its address lies in a channel, then to
// the receiver, who frees it. So it is ordinary memory with one owner, and not an
// object of the collected heap.
//
// Go: none; Go's values are moved as bytes
#include <gort/chan.h>

#include <new>

namespace gort::internal {

// The aligned forms of new and delete are slower; most types do not need them.
void* newbox(std::size_t size, std::size_t align) {
  if (align <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) return ::operator new(size);
  return ::operator new (size, std::align_val_t{align});
}

void freebox(void* box, std::size_t align) noexcept {
  if (align <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) return ::operator delete(box);
  ::operator delete (box, std::align_val_t{align});
}

}  // namespace gort::internal
