// chan.h: channels for C++.
//
//   auto c = gort::Chan<std::string>::make(10);   // room for ten; make() has none
//   gort::go([c] { c.send("hello"); c.close(); });
//   for (std::string& s : c) puts(s.c_str());     // until c is closed
//
// A Chan<T> is a reference to a channel: copies mean the same channel, and a Chan
// made without make() is nil. RecvChan<T> and SendChan<T> can only be received from
// and sent to; a Chan<T> converts to either. All of them can be used by many
// goroutines and threads at once, also by threads that gort did not start.
//
// How a value travels. The runtime moves values as bytes, from one stack to another
// or through the channel's buffer. That is right for types that are trivially
// copyable; of those with at most 65535 bytes and alignment at most 8, the bytes
// travel. Every other T, say std::string or std::unique_ptr, is moved into a box on
// the heap, and the address of the box travels; the receiver moves the value out and
// frees the box. Chan<void>, and a T that is an empty class, has values of no size.
//
// A boxed value that was sent into a buffer and is never received is never
// destroyed: channels, like all of Go's objects, have no destructor. Receive what is
// left if it matters.
//
// Go: the channel operations of the language; runtime/chan.go
//
// Differs from Go: receiving gives std::optional<T>, empty at the end of a closed
// channel, where Go gives (T, bool); a range loop's variable may be a reference to
// the value, and move-only values work.
#ifndef GORT_CHAN_H_
#define GORT_CHAN_H_

#include <gort/abi.h>
#include <gort/type.h>

#include <compare>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

namespace gort {

// The value of a channel that only says "now". Go: struct{}
struct Unit {
  friend constexpr bool operator==(Unit, Unit) { return true; }
};

class Select;

namespace internal {

// newbox returns memory for a value in transit, freebox takes it back. It is
// ordinary memory outside the collected heap. runtime/std/box.cc
void* newbox(std::size_t size, std::size_t align);
void freebox(void* box, std::size_t align) noexcept;

// A Box owns the T at p, or nothing.
template <class T>
struct Box {
  T* p = nullptr;

  Box() = default;
  explicit Box(T* owned) : p(owned) {}
  // A box with a value made of v.
  template <class V>
  Box(std::in_place_t, V&& v) {
    void* mem = newbox(sizeof(T), alignof(T));
    try {
      p = ::new (mem) T(std::forward<V>(v));
    } catch (...) {
      freebox(mem, alignof(T));
      throw;
    }
  }
  Box(const Box&) = delete;
  Box& operator=(const Box&) = delete;
  ~Box() {
    if (p == nullptr) return;
    std::destroy_at(p);
    freebox(p, alignof(T));
  }
};

// A MoveBack returns what is still in the box to v, where it came from.
template <class T>
struct MoveBack {
  T& v;
  Box<T>& box;

  ~MoveBack() {
    if (box.p == nullptr) return;
    if constexpr (std::is_move_assignable_v<T>) {
      v = std::move(*box.p);
    } else {
      std::destroy_at(std::addressof(v));
      std::construct_at(std::addressof(v), std::move(*box.p));
    }
  }
};

// How a T travels: see the head of the file.
template <class T>
struct Travel {
  static_assert(std::is_object_v<T> && std::is_same_v<T, std::remove_cv_t<T>>,
                "a channel's element type is void or an object type without const");
  static_assert(std::is_move_constructible_v<T>, "a channel's values must be movable");

  static constexpr bool copyable = std::is_copy_constructible_v<T>;
  static constexpr bool trivial = std::is_trivially_copyable_v<T>;
  static constexpr bool empty = trivial && std::is_empty_v<T>;
  static constexpr bool direct = empty || (trivial && sizeof(T) < 65536 && alignof(T) <= 8);
  // What lies in the channel's buffer.
  using Carrier = std::conditional_t<direct, T, T*>;
  // Zero bytes, which is what a closed channel yields, are the default value.
  static constexpr bool zeroIsDefault = std::is_trivially_default_constructible_v<T>;
};

// A Slot is room for one carrier that a receive is to fill.
template <class T>
union Slot {
  Slot() {}
  ~Slot() {}
  typename Travel<T>::Carrier value;
};

template <class T>
void chanSend(hchan* c, const T& v) requires(Travel<T>::direct) {
  chansend1(c, std::addressof(v));
}

template <class T, class V>
void chanSend(hchan* c, V&& v) requires(!Travel<T>::direct) {
  Box<T> box(std::in_place, std::forward<V>(v));
  chansend1(c, &box.p);
  box.p = nullptr;  // the receiver's now
}

}  // namespace internal

// ---- RecvChan -----------------------------------------------------------------

template <class T>
class RecvChan {
 public:
  using element_type = T;
  using value_type = std::conditional_t<std::is_void_v<T>, Unit, T>;

  constexpr RecvChan() = default;  // nil
  constexpr RecvChan(std::nullptr_t) {}

  // recv waits for a value. nullopt: the channel is closed and empty. On nil it waits
  // forever. Go: v, ok := <-c
  std::optional<value_type> recv() const {
    if constexpr (Tr::direct) {
      internal::Slot<value_type> slot;
      if (!chanrecv2(c_, &slot.value)) return std::nullopt;
      return std::optional<value_type>(std::in_place, std::move(slot.value));
    } else {
      internal::Box<value_type> box;
      if (!chanrecv2(c_, &box.p)) return std::nullopt;
      return std::optional<value_type>(std::in_place, std::move(*box.p));
    }
  }

  // The same into v; false and v = T() if the channel is closed and empty.
  bool recv(value_type& v) const requires std::default_initializable<value_type> {
    bool ok;
    if constexpr (Tr::direct) {
      ok = chanrecv2(c_, std::addressof(v));
      if constexpr (!Tr::zeroIsDefault) {
        if (!ok) v = value_type();
      }
    } else {
      internal::Box<value_type> box;
      ok = chanrecv2(c_, &box.p);
      v = ok ? std::move(*box.p) : value_type();
    }
    return ok;
  }

  // try_recv does not wait. nullopt: there is no value now, or the channel is closed
  // and empty. Go: select { case v := <-c: ... default: ... }
  std::optional<value_type> try_recv() const {
    if constexpr (Tr::direct) {
      internal::Slot<value_type> slot;
      if (!selectnbrecv(&slot.value, c_).received) return std::nullopt;
      return std::optional<value_type>(std::in_place, std::move(slot.value));
    } else {
      internal::Box<value_type> box;
      if (!selectnbrecv(&box.p, c_).received) return std::nullopt;
      return std::optional<value_type>(std::in_place, std::move(*box.p));
    }
  }

  // The same into v, and it tells the two apart: {true, true} a value; {true, false}
  // closed and empty, v = T(); {false, false} no value now, v is as before.
  selectResult try_recv(value_type& v) const requires std::default_initializable<value_type> {
    selectResult r;
    if constexpr (Tr::direct) {
      r = selectnbrecv(std::addressof(v), c_);
      if constexpr (!Tr::zeroIsDefault) {
        if (r.selected && !r.received) v = value_type();
      }
    } else {
      internal::Box<value_type> box;
      r = selectnbrecv(&box.p, c_);
      if (r.selected) v = r.received ? std::move(*box.p) : value_type();
    }
    return r;
  }

  // len is the number of values in the buffer, cap how many it has room for. Both are
  // 0 for nil. len is a hint while others use the channel.
  intgo len() const { return chanlen(c_); }
  intgo cap() const { return chancap(c_); }

  // Channels are equal if they are the same channel.
  friend constexpr bool operator==(RecvChan a, RecvChan b) { return a.c_ == b.c_; }
  constexpr explicit operator bool() const { return c_ != nullptr; }  // not nil

  // For range loops: the loop receives, and ends when the channel is closed and empty.
  class iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using value_type = RecvChan::value_type;
    using difference_type = std::ptrdiff_t;

    iterator() = default;
    explicit iterator(RecvChan c) : c_(c), v_(c.recv()) {}
    // The value may be changed, and moved from.
    value_type& operator*() const { return *v_; }
    iterator& operator++() {
      v_.reset();
      if (auto next = c_.recv()) v_.emplace(std::move(*next));
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& i, std::default_sentinel_t) { return !i.v_; }

   private:
    RecvChan c_;
    mutable std::optional<value_type> v_;
  };
  iterator begin() const { return iterator(*this); }
  std::default_sentinel_t end() const { return {}; }

 protected:
  using Tr = internal::Travel<value_type>;
  constexpr explicit RecvChan(hchan* c) : c_(c) {}

  hchan* c_ = nullptr;

 private:
  friend class Select;
};

// ---- SendChan -----------------------------------------------------------------

template <class T>
class Chan;

template <class T>
class SendChan {
 public:
  using element_type = T;
  using value_type = std::conditional_t<std::is_void_v<T>, Unit, T>;

  constexpr SendChan() = default;  // nil
  constexpr SendChan(std::nullptr_t) {}
  constexpr SendChan(Chan<T> c) : c_(c.c_) {}

  // send waits until a receiver takes v or the buffer has room for it. It panics with
  // "send on closed channel" if the channel is closed, also while it waits. On nil it
  // waits forever. Go: c <- v
  void send(const value_type& v) const requires(internal::Travel<value_type>::copyable) {
    internal::chanSend<value_type>(c_, v);
  }
  void send(value_type&& v) const { internal::chanSend<value_type>(c_, std::move(v)); }
  void send() const requires(internal::Travel<value_type>::empty) { send(value_type()); }

  // try_send does not wait: false if it would have to. v is moved from only if it was
  // sent. Panics as send does. Go: select { case c <- v: ... default: ... }
  bool try_send(const value_type& v) const requires(internal::Travel<value_type>::copyable) {
    if constexpr (Tr::direct) {
      return selectnbsend(c_, std::addressof(v));
    } else {
      internal::Box<value_type> box(std::in_place, v);
      return try_box(box);
    }
  }
  bool try_send(value_type&& v) const {
    if constexpr (Tr::direct) {
      return selectnbsend(c_, std::addressof(v));
    } else {
      internal::Box<value_type> box(std::in_place, std::move(v));
      internal::MoveBack<value_type> back{v, box};
      return try_box(box);
    }
  }
  bool try_send() const requires(internal::Travel<value_type>::empty) {
    return try_send(value_type());
  }

  // close ends the channel: receivers get what is in the buffer, then nothing. Panics
  // with "close of closed channel" or "close of nil channel".
  void close() const { closechan(c_); }

  intgo len() const { return chanlen(c_); }
  intgo cap() const { return chancap(c_); }

  friend constexpr bool operator==(SendChan a, SendChan b) { return a.c_ == b.c_; }
  constexpr explicit operator bool() const { return c_ != nullptr; }

 private:
  using Tr = internal::Travel<value_type>;
  friend class Select;

  bool try_box(internal::Box<value_type>& box) const {
    if (!selectnbsend(c_, &box.p)) return false;
    box.p = nullptr;
    return true;
  }

  hchan* c_ = nullptr;
};

// ---- Chan ---------------------------------------------------------------------

template <class T>
class Chan : public RecvChan<T> {
  using Base = RecvChan<T>;

 public:
  using value_type = typename Base::value_type;

  constexpr Chan() = default;  // nil
  constexpr Chan(std::nullptr_t) {}

  // make returns a new channel with room for cap values; with cap 0 each send waits
  // for its receiver. Panics with "makechan: size out of range".
  // Go: make(chan T, cap)
  static Chan make(intgo cap = 0) {
    using Carrier = typename internal::Travel<value_type>::Carrier;
    return Chan(makechan(chanTypeOf<Carrier>(), cap));
  }

  // As SendChan's.
  void send(const value_type& v) const requires(internal::Travel<value_type>::copyable) {
    internal::chanSend<value_type>(this->c_, v);
  }
  void send(value_type&& v) const { internal::chanSend<value_type>(this->c_, std::move(v)); }
  void send() const requires(internal::Travel<value_type>::empty) { send(value_type()); }
  bool try_send(const value_type& v) const requires(internal::Travel<value_type>::copyable) {
    return SendChan<T>(*this).try_send(v);
  }
  bool try_send(value_type&& v) const { return SendChan<T>(*this).try_send(std::move(v)); }
  bool try_send() const requires(internal::Travel<value_type>::empty) {
    return try_send(value_type());
  }
  void close() const { closechan(this->c_); }

  friend constexpr bool operator==(Chan a, Chan b) { return a.c_ == b.c_; }

 private:
  friend class SendChan<T>;
  constexpr explicit Chan(hchan* c) : Base(c) {}
};

}  // namespace gort

#endif  // GORT_CHAN_H_
