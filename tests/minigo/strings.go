// Strings: concatenation, index, slices, comparison, iteration over runes, conversions.
package main

type text string
type octets []byte

func (t text) twice() text { return t + t }

func runes(s string) {
	for i, r := range s {
		print(i, ":", r, " ")
	}
	println(len(s))
}

func show(b []byte) {
	for _, x := range b {
		print(x, " ")
	}
	println(len(b))
}

func main() {
	s := "hello, 世界"
	println(s, len(s), s[1], s[7:10], s[:5], s[7:], s[:], s[3:3] == "")
	runes(s)
	runes("")
	runes("a\x80\xff\xe4\xb8z\xed\xa0\x80\xf4\x90\x80\x80é\U0001f600")
	n := 0
	for range s {
		n++
	}
	for i := range s {
		n += i
	}
	println(n)
	b := []byte(s)
	b[0] = 'J'
	show(b[:6])
	println(string(b), s, string(b[7:10]))
	r := []rune("aé世\xff")
	println(len(r), r[0], r[1], r[2], r[3], string(r), string(r[1:2]))
	println(string(rune(65)), string(rune(0x4e16)), string(rune(-1)), string(rune(0x110000)), string(rune(0xd800)))
	println("a" < "b", "a" < "a", "a" <= "a", "ab" > "a", "" < "a", "Z" < "a", "abc" >= "abd", "abc" == "ab"+"c", s != "x")
	x := "x"
	for range 10 {
		x += x
	}
	println(len(x), x == x[:512]+x[512:])
	t := text("ab")
	t += "c"
	println(t.twice(), len(t), t[1], string(t) == "abc", text(s[:2])+t)
	o := octets("xyz")
	o = append(o, "abc"...)
	o = append(o, s[:5]...)
	println(string(o), len(o), copy(o, "AB"), string(o), text(o))
	println("quote\"back\\slash\ttab", `raw\n`+"\x00\x01"[:0], "\u00e9\101\x41")
	var empty string
	println(empty == "", len(empty), "["+empty+"]", empty+empty == empty)
	e := []byte("")
	println(e == nil, len(e), []byte(nil) == nil, string([]byte(nil)) == "")
	println(min("b", "a", "c"), max("b", "abc", "c"), min(x[:3], "xx"))
	lit := "a" + "b" + s[:1] + "c" + string(b[:1]) + "d"
	println(lit)
	const long = "0123456789"
	println(long[2], long[3:5], len(long))
}
