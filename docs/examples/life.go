// Conway's game of life on a torus: arrays of arrays as values, methods, and
// strings built rune by rune.
package main

const (
	width  = 24
	height = 10
)

type field [height][width]bool

func (f *field) alive(x, y int) bool {
	return f[(y+height)%height][(x+width)%width]
}

func (f *field) neighbours(x, y int) (n int) {
	for dy := -1; dy <= 1; dy++ {
		for dx := -1; dx <= 1; dx++ {
			if (dx != 0 || dy != 0) && f.alive(x+dx, y+dy) {
				n++
			}
		}
	}
	return
}

// next is the generation after f.
func (f *field) next() (g field) {
	for y := range height {
		for x := range width {
			n := f.neighbours(x, y)
			g[y][x] = n == 3 || n == 2 && f[y][x]
		}
	}
	return
}

func (f *field) String() string {
	var rows []rune
	for _, row := range f {
		for _, cell := range row {
			if cell {
				rows = append(rows, '■')
			} else {
				rows = append(rows, '·')
			}
		}
		rows = append(rows, '\n')
	}
	return string(rows)
}

func main() {
	var f field
	for _, p := range [][2]int{{1, 0}, {2, 1}, {0, 2}, {1, 2}, {2, 2}} { // a glider
		f[p[1]][p[0]] = true
	}
	for range 40 {
		f = f.next()
	}
	print(f.String())
}
