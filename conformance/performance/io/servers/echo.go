// The echo server as a user would write it with Go. It has one processor.
package main

import (
	"fmt"
	"net"
	"runtime"
)

func serve(connection net.Conn) {
	defer connection.Close()
	buffer := make([]byte, 512)
	for {
		n, err := connection.Read(buffer)
		if err != nil {
			return
		}
		if _, err = connection.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	listening, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println("port", listening.Addr().(*net.TCPAddr).Port)
	for {
		connection, err := listening.Accept()
		if err != nil {
			panic(err)
		}
		go serve(connection)
	}
}
