// Arithmetic on all integer types, as one checksum.
package main

// arithmetic in loops compared by checksum
func mix(h, x uint64) uint64 { h ^= x; h *= 1099511628211; return h<<7 | h>>57 }

func main() {
	h := uint64(14695981039346656037)
	vals := []int64{0, 1, -1, 2, -2, 3, 7, -7, 10, 100, -100, 127, 128, -128, -129, 255, 256, 32767, -32768, 65535, 1 << 31, -1 << 31, 1<<31 - 1, 1 << 32, 1<<63 - 1, -1 << 63, 0x0123456789abcdef, -0x0123456789abcdef}
	for _, a := range vals {
		a8, a16, a32, u8, u16, u32, u64 := int8(a), int16(a), int32(a), uint8(a), uint16(a), uint32(a), uint64(a)
		for _, b := range vals {
			b8, b16, b32, v8, v16, v32, v64 := int8(b), int16(b), int32(b), uint8(b), uint16(b), uint32(b), uint64(b)
			h = mix(h, uint64(a8+b8))
			h = mix(h, uint64(a8-b8))
			h = mix(h, uint64(a8*b8))
			h = mix(h, uint64(a16*b16-b16))
			h = mix(h, uint64(a32*b32+a32))
			h = mix(h, uint64(a*b-a))
			h = mix(h, uint64(u8*v8+3))
			h = mix(h, uint64(u16*v16-1))
			h = mix(h, uint64(u32*v32-u32))
			h = mix(h, u64*v64-v64)
			if b != 0 {
				h = mix(h, uint64(a/b))
				h = mix(h, uint64(a%b))
			}
			if b8 != 0 {
				h = mix(h, uint64(a8/b8))
				h = mix(h, uint64(a8%b8))
				h = mix(h, uint64(u8/v8))
				h = mix(h, uint64(u8%v8))
			}
			if b16 != 0 {
				h = mix(h, uint64(a16/b16)+uint64(a16%b16)*3)
				h = mix(h, uint64(u16/v16)+uint64(u16%v16)*3)
			}
			if b32 != 0 {
				h = mix(h, uint64(a32/b32)+uint64(a32%b32)*3)
				h = mix(h, uint64(u32/v32)+uint64(u32%v32)*3)
			}
			h = mix(h, uint64(a8&^b8|a8^b8))
			h = mix(h, uint64(^a16&b16))
			h = mix(h, uint64(-a32)^uint64(^b32))
			s := uint(v8) % 70
			h = mix(h, uint64(a8<<s)+uint64(a8>>s))
			h = mix(h, uint64(a16<<s)+uint64(a16>>s))
			h = mix(h, uint64(a32<<s)+uint64(a32>>s))
			h = mix(h, uint64(a<<s)+uint64(a>>s))
			h = mix(h, uint64(u8<<s)+uint64(u8>>s))
			h = mix(h, uint64(u16<<s)+uint64(u16>>s))
			h = mix(h, uint64(u32<<s)+uint64(u32>>s))
			h = mix(h, u64<<s+u64>>s)
			h = mix(h, u64>>v8^u64<<v16)
			if a8 < b8 && a16 <= b16 || u8 > v8 != (u32 >= v32) {
				h++
			}
			if a32 == b32 || u64 < v64 {
				h += 3
			}
			fa, fb := float64(a), float32(b)
			h = mix(h, uint64(int64(fa/3)))
			h = mix(h, uint64(int32(fb/7)))
			h = mix(h, uint64(int64(fa*0.001+float64(fb)*0.002)))
			if fa < float64(fb) || fa != float64(a) {
				h += 7
			}
			a8 += b8
			a8 <<= 1
			a16 -= b16 * 3
			a16 >>= 2
			u8 ^= v8
			u8 |= 1
			u32 &^= v32
			u16 %= v16 | 1
			a32 /= b32 | 1
			h = mix(h, uint64(a8)+uint64(a16)+uint64(u8)+uint64(u32)+uint64(u16)+uint64(a32))
		}
		h = mix(h, uint64(a/3+a/7+a/10+a%3+a%10+a/-5+a%-8+a/1000000007+a/(1<<40)+a%(1<<20)))
		h = mix(h, u64/3+u64/7+u64%10+u64/(1<<63)+u64%1000000007)
		h = mix(h, uint64(u32/3+u32%7+u32/641+u32%65537))
		h = mix(h, uint64(a32/3-a32%7+a32/-641-a32%65537+a32/16+a32%16))
		h = mix(h, uint64(u8/3)+uint64(u8%7)+uint64(a8/3)+uint64(a8%7)+uint64(a8/-1)+uint64(a8%-1))
		h = mix(h, uint64(u16/10)+uint64(u16%10)+uint64(a16/10)+uint64(a16%10)+uint64(a16/2))
		i8, j8 := a8, u8
		i8++
		i8 = -i8
		j8--
		j8 = ^j8
		h = mix(h, uint64(i8)+uint64(j8)+uint64(+i8))
		h = mix(h, uint64(min(a, 5)+max(a, -5)))
		h = mix(h, uint64(min(u8, 77))+uint64(max(a16, 3)))
	}
	println(h)
	var f32 float32 = 1
	f64 := 1.0
	for i := 1; i < 1000; i++ {
		f32 = f32*1.0001 + 1/float32(i)
		f64 = f64*1.0001 - 1/float64(i*i)
		if i%97 == 0 {
			f32 /= 3
			f64 *= f64
		}
	}
	println(f32, f64, float64(f32)-f64, int(f32*1e6), uint8(f64))
}
