// Values of declared types are printed with the type's name. GOMAXPROCS chooses one.
package main

import "runtime"

type (
	MyBool    bool
	MyFloat32 float32
	MyFloat64 float64
	MyInt     int
	MyInt8    int8
	MyInt16   int16
	MyInt32   int32
	MyInt64   int64
	MyString  string
	MyUint    uint
	MyUint8   uint8
	MyUint16  uint16
	MyUint32  uint32
	MyUint64  uint64
	MyUintptr uintptr
)

func main() {
	switch runtime.GOMAXPROCS(0) {
	case 1:
		panic(MyBool(true))
	case 2:
		panic(MyFloat32(-93.70))
	case 3:
		panic(MyFloat64(-93.70))
	case 4:
		panic(MyString("Panic\nline two"))
	case 5:
		panic(MyInt(93))
	case 6:
		panic(MyInt8(93))
	case 7:
		panic(MyInt16(93))
	case 8:
		panic(MyInt32(93))
	case 9:
		panic(MyInt64(93))
	case 10:
		panic(MyUint8(93))
	case 11:
		panic(MyUint16(93))
	case 12:
		panic(MyUint32(93))
	case 13:
		panic(MyUint(93))
	case 14:
		panic(MyUint64(93))
	case 15:
		panic(MyUintptr(93))
	}
}
