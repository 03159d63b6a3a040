// Floating-point numbers: arithmetic without double rounding, comparison with NaN, conversion to
// integers, min and max, constants.
package main

//go:noinline
func f64(x float64) float64 { return x }

//go:noinline
func f32(x float32) float32 { return x }

func convert(x float64) {
	println(x, int64(x), int32(x), int16(x), int8(x), uint64(x), uint32(x), uint16(x), uint8(x))
	y := float32(x)
	println(y, int64(y), int32(y), uint64(y), uint32(y), uint8(y))
}

func main() {
	zero := f64(0)
	inf, nan := 1/zero, zero/zero
	negzero := -zero
	println(inf, -inf, nan, negzero, 1/negzero, inf-inf)
	println(nan == nan, nan != nan, nan < 1, nan > 1, nan <= 1, !(nan >= 1), inf > 1e308, negzero == 0)
	for _, x := range []float64{1.5, -1.5, 300, -300, 3e9, -3e9, 1e10, 1e19, 1e20, -1e20, nan, inf, -inf} {
		convert(x)
	}
	println(f32(16777216)+1, f32(0.1), float64(f32(0.1)), f32(1e38)*10, f32(1)/3)
	// x*y+z must round twice.
	x, y := f64(1+0x1p-30), f64(1-0x1p-30)
	println(x*y-1, f64(0.1)+f64(0.2), f64(1e308)*10)
	println(min(f64(1), 2, 0.5), max(f64(1), 2, 0.5), min(nan, 1), max(1, nan), 1/min(zero, negzero), 1/max(negzero, zero))
	println(float64(1<<53+1), float32(1<<24+1), float64(^uint64(0)), float32(^uint64(0)))
	var u uint64 = 1<<63 + 1025
	println(float64(u), uint64(float64(u)), float32(u))
	println(5e-324, 1.7976931348623157e308, 0x1p-1074, 1e-320, f32(1e-45))
	var i int = 7
	println(float64(i)/2, float32(i)/2, i/2)
	f := f64(2)
	f += 1.5
	f *= f
	f /= 4
	f -= .25
	f++
	println(f, -f, +f)
}
