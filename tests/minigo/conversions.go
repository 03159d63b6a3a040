// Floats that become integers and back, in range and out of it.
package main

var zero = 0.0

func main() {
	inf := 1 / zero
	nan := zero / zero
	for _, f := range []float64{0, 1.5, -1.5, 127.9, 128, 255.9, 256, -128.9, -129, 32768, 65536, 2147483647.5, 2147483648, -2147483649, 4294967295.5, 4294967296, 9.2e18, 9.3e18, -9.3e18, 1.8e19, 1.9e19, 1e30, -1e30, inf, -inf, nan, 5e-324, -0.9} {
		println(f, int8(f), uint8(f), int16(f), uint16(f), int32(f), uint32(f), int64(f), uint64(f), int(f), uint(f), uintptr(f), float32(f))
		g := float32(f)
		println(g, int8(g), uint8(g), int32(g), uint32(g), int64(g), uint64(g), float64(g))
	}
	for _, i := range []int64{0, 1, -1, 1 << 53, 1<<53 + 1, 1<<63 - 1, -1 << 63, 16777217} {
		println(float64(i), float32(i), float64(uint64(i)), float32(uint64(i)), float64(uint32(i)), float32(int32(i)))
	}
	var f32 float32 = 0.1
	var f64 float64 = 0.1
	println(f32, f64, float64(f32), float32(f64) == f32, float64(f32) == f64)
	println(f32*f32, f64*f64, f32+0.2, f64+0.2, f32/3, f64/3)
	println(0.1+0.2 == 0.3, f64+0.2 == 0.3)
	x := 1e308
	println(x*10, -x*10, x*10-x*10, x/1e-10)
	println(1/inf, -1/inf, 1/(-1/inf), inf == inf, inf > x, -inf < x)
	const c = 1e400 / 1e390
	println(c, int(c), 1e100/1e99)
	var d float32 = 1e38
	println(d*10, d*d, d/1e-10)
	y := f64
	y *= 3
	y -= 0.3
	println(y, y == 0)
	y++
	y--
	println(y)
	println(f64*3-0.3, f64*3-0.3 == 0)
	z := 3.0
	println(z*z+z, -z, +z, z/2, int(z)/2, float64(int(z)/2))
	println(float32(16777216.0)+1, float32(0.1)+float32(0.2), float32(1)/3)
	println(min(1.0, nan, 2), max(nan, 1), min(z, -z, 1), max(0.0, -0.0), min(zero, -zero), max(-zero, zero))
	println(1/min(zero, -zero*1), 1/max(-(zero), zero))
	nz := zero * -1
	println(nz, 1/nz, 1/min(zero, nz), 1/max(nz, zero), -nz, 1/-zero)
	println(100000.0, 123456789.0, 1e21, 1e-7, 0.000001, 3.141592653589793, float32(3.14159274))
}
