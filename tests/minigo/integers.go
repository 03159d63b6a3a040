// Integers: wrapping, shifts, division by constants, constants and conversions.
package main

const huge = 1 << 100
const big = huge >> 98
const fl = 1.0 / 3
const mask = ^uint32(0)

type B uint8

var i8 int8 = 127
var i16 int16 = -32768
var i32 int32 = -2147483648
var i64 int64 = -9223372036854775808
var u8 uint8 = 200
var u16 uint16 = 65535
var u32 uint32 = 4294967295
var u64 uint64 = 18446744073709551615
var m1 = -1
var zero = 0

func main() {
	println(i8+1, i8*2, -i8-2, i8<<1, i8>>1, ^i8)
	i8++
	println(i8, -i8, i8/int8(m1), i8%int8(m1))
	println(i16-1, -i16, i16/int16(m1), i16%int16(m1), i16*i16)
	println(i32-1, -i32, i32/int32(m1), i32%int32(m1), i32*2, i32+-2147483648)
	println(i32+-2147483648 < 0, i32+-2147483648 == 0)
	println(i64-1, -i64, i64/int64(m1), i64%int64(m1), i64*2)
	println(u8+100, u8*2, u8<<1, -u8, ^u8, u8>>3, u8/7, u8%7)
	println(u8+100 > 100, u8*2 < 200, -u8 < 100, ^u8 < 56, u8-201 > 0, (u8<<1)>>1)
	println(u16*u16, u16+1, u16<<1, -u16, ^u16)
	println(u32*u32, u32+1, u32<<1, -u32, ^u32, u32+1 == 0, u32*4294967295)
	println(u64*u64, u64+1, u64<<1, -u64, ^u64)
	for _, s := range []uint{0, 1, 7, 8, 15, 31, 32, 63, 64, 65, 200, 1 << 40, 1<<64 - 1} {
		println(s, i8<<s, i8>>s, u8<<s, u8>>s, i16<<s, i16>>s, i32<<s, i32>>s, u32<<s, u32>>s, i64<<s, i64>>s, u64<<s, u64>>s)
	}
	var s8 uint8 = 255
	var si int8 = 100
	println(1<<s8 == 0, u64<<s8, u64>>si, i64>>si, int64(1)<<si)
	var sh = 33
	var x int64 = 1 << sh
	var y = 1.0 << 3
	var z uint32 = 1<<sh | 1
	println(x, y, z, uint8(1)<<7, int32(1)<<sh)
	println(u32<<32>>32, u32>>31<<31, i32>>40, u64<<63>>63)
	i8 = -128
	i8 <<= 1
	println(i8)
	u8 = 200
	u8 += 100
	println(u8)
	u8 -= 100
	u8 *= 3
	println(u8)
	u8 = 200
	u8 /= 3
	u8 %= 50
	u8 &^= 3
	u8 |= 128
	u8 ^= 255
	println(u8)
	for _, n := range []int{7, -7, 0, 1 << 62, -1 << 63} {
		println(n/1, n/2, n/3, n/-1, n/-2, n/-3, n/7, n/10, n/-10, n/1000, n%1, n%2, n%3, n%-1, n%-2, n%10, n%-10)
		println(n/8, n%8, n/64, n>>3, n&7, n&^7, n/(-1<<63), n%(-1<<63))
	}
	for _, n := range []uint{7, 0, 1<<64 - 1, 1 << 63} {
		println(n/1, n/2, n/3, n/10, n%10, n%8, n/(1<<63), n%(1<<63))
	}
	println(big, huge/(huge-1), huge%7, -huge/huge, fl*3 == 1, mask, mask>>4, big<<3)
	println(int64(huge>>40), uint64(huge>>37), float64(huge), float32(huge)/2)
	const c1 = 'a' + 1.0
	const c2 = 5 / 2
	const c3 = 5.0 / 2
	const c4 = 1 << 3.0
	println(c1, c2, c3, c4, -5/2, -5%3, 5%-3, 7&^2, -1&^1, ^5, 3^5)
	var b B = 250
	b += 10
	println(b, b-5, B(250)+b)
	println(7/2*2.0, 7/2.0, (1<<62)/3*3.0)
	println(u64/3, u64%10, u64>>1/2, u32/16, u32%16, uint32(1)<<31>>31)
	println(-5>>1, -1>>10, int8(-128)>>7, uint8(255)>>7)
	println(i32&0xff, i32|1, i32^-1, i32&^1, u32&^0xff, u32^0xffffffff, u16&^1)
	a := 5
	a, b2 := a+1, a
	println(a, b2)
	a += a * a
	a <<= a & 3
	println(a)
	println(uint8(a), int8(a), uint16(a*1000), int16(a*1000), uint32(i64), int32(i64>>1), uint64(m1), uint(i8), int(u8))
	println(+a, -(-a), - -a, !(a == 1), ^^a)
	var f32 float32 = 16777216
	println(f32+1 == f32, f32+1+1, float64(f32)+1)
	var r rune = 'x'
	println(r, r+1, 'x'-'a', string(r))
	println(0x1p-2, 0b101, 0o17, 017, 1_000_000, 0x_ff, '\x41', '\u00e9', '\'', "\u65e5\U00008a9e\xff\101\n\t\"")
	println(i64 == -1<<63, u64 == 1<<64-1, i64 < -1<<62)
	_ = zero
}
