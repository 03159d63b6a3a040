// Integer arithmetic: wrap-around in every width, division, shifts, bit operations, constants.
package main

//go:noinline
func i8(x int8) int8 { return x }

//go:noinline
func u8(x uint8) uint8 { return x }

//go:noinline
func i(x int) int { return x }

//go:noinline
func u(x uint) uint { return x }

type celsius int16

const big = 1 << 100

func wrap() {
	a, b := i8(127), i8(-128)
	println(a+1, b-1, -b, a*a, b*b, ^a, b/-1, b%-1, b/i8(-1), b%i8(-1))
	c, d := u8(255), u8(0)
	println(c+1, d-1, -c, c*c, ^c, ^d, c<<1, c>>1)
	var e int16 = 32767
	var f uint16 = 65535
	e++
	f++
	println(e, f)
	e--
	f--
	println(e, f, f*f, e*e)
	var g int32 = -2147483648
	var h uint32 = 4294967295
	println(g-1, -g, g/-1, g*g, h+1, h*h, -h, h<<31, g>>31, h>>31)
	var k int64 = -9223372036854775808
	var l uint64 = 18446744073709551615
	println(k-1, -k, k/int64(i(-1)), k%int64(i(-1)), k*k, l+1, l*l, -l, k>>63, l>>63, l<<63)
	var t celsius = 32767
	t += 2
	println(t, -t, t/2, t%10)
	var p uintptr
	p--
	println(p)
}

func division() {
	for _, x := range []int{7, -7} {
		for _, y := range []int{2, -2} {
			println(x, y, x/y, x%y)
		}
	}
	println(i(-7)/2, i(-7)%2, i(-8)>>1, i(-7)>>1, u(7)/2, u(7)%4)
	println(i(100)/7, i(-100)/7, i(-100)%7, i(5)/-1, i(5)%-1)
}

func shifts() {
	for _, s := range []uint{0, 1, 7, 8, 31, 32, 63, 64, 1000} {
		println(s, i8(-1)<<s, i8(-128)>>s, u8(255)<<s, u8(255)>>s, int32(i(-1))<<s, int32(i(-5))>>s,
			uint32(u(1))<<s, i(1)<<s, i(-1)>>s, u(1)<<s, ^u(0)>>s)
	}
	var n uint8 = 200
	println(i(1)<<n, i(-1)>>n, 1<<(n-190))
	x := i(1)
	x <<= 3
	x <<= u(60)
	println(x)
	y := u8(0x96)
	y >>= 2
	println(y)
	y <<= i(9)
	println(y)
	println(i(-1)<<63>>63, u(3)<<62>>62)
}

func bits() {
	a, b := u8(0xcc), u8(0xaa)
	println(a&b, a|b, a^b, a&^b, ^a&b, a&^0x0f, a&0xf|b<<4)
	x := i(-1)
	x &^= 0xff
	println(x)
	x |= 3
	x ^= 1
	x &= 0xffff
	println(x)
	println(i(6)&3|8^1, 2*i(3)+4<<1, i(1)+2*3-4/2)
}

func constants() {
	println(big>>98, big/(1<<90), uint64(1<<64-1), -1<<63, 0x7fffffffffffffff)
	const huge = big * big
	println(huge>>195, 'a', '\n', 'é', 0b1011, 0o17, 1_000_000)
	const f = 1.0 / 3
	println(f*3 == 1.0, 7/2*2.0, 7/2.0, int(5.0), 1e3, uint8(3.0))
	const s = "constant " + "string"
	println(s, len(s), s[3:8])
	println(len([10]int{}), cap([3]string{}))
}

func conversions() {
	x := i(0x123456789abcdef0)
	println(int8(x), int16(x), int32(x), uint8(x), uint16(x), uint32(x), uint64(x))
	y := i8(-2)
	println(uint8(y), uint16(y), uint32(y), uint64(y), int64(y), uintptr(y))
	z := u8(0xfe)
	println(int8(z), int16(z), int(z))
}

func main() {
	wrap()
	division()
	shifts()
	bits()
	constants()
	conversions()
}
