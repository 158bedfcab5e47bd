import Glibc
import Testing

@testable import Reporting

@Suite("Output file")
final class OutputFileTests {
    private let folder: String

    init() throws {
        var template = Array("/tmp/trawl-output-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in names { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    private var names: [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private func content(_ name: String) -> String? {
        let descriptor = open("\(folder)/\(name)", O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    private func mode(_ name: String) -> mode_t {
        var status = stat()
        return stat("\(folder)/\(name)", &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    private func create(_ name: String, _ text: String, mode: mode_t = 0o644) throws {
        let descriptor = open("\(folder)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        try #require(descriptor >= 0)
        let output = Output(descriptor: descriptor, name: name)
        try output.write(text)
        try output.flush()
        fchmod(descriptor, mode)
        close(descriptor)
    }

    @Test("a link that leads to no file yet stays, and the file is made where it leads")
    func danglingLink() throws {
        try #require(symlink("second.csv", "\(folder)/first.csv") == 0)
        try #require(symlink("\(folder)/target.csv", "\(folder)/second.csv") == 0)
        let file = try OutputFile(path: "\(folder)/first.csv")
        try file.output.write("a\n")
        try file.commit()
        var status = stat()
        for link in ["first.csv", "second.csv"] {
            try #require(lstat("\(folder)/\(link)", &status) == 0)
            #expect(status.st_mode & S_IFMT == S_IFLNK)
        }
        #expect(content("target.csv") == "a\n")
        #expect(names == ["first.csv", "second.csv", "target.csv"])
    }

    @Test("the name is there only when the file is whole")
    func whole() throws {
        let file = try OutputFile(path: "\(folder)/new.csv")
        try file.output.write(String(repeating: "x", count: 200_000))
        #expect(content("new.csv") == nil)
        try file.commit()
        #expect(content("new.csv")?.utf8.count == 200_000)
        #expect(names == ["new.csv"])
    }

    @Test("a file that is given up leaves the old one, and nothing else")
    func abandoned() throws {
        try create("old.csv", "old")
        try {
            let file = try OutputFile(path: "\(folder)/old.csv")
            try file.output.write("new")
            try file.output.flush()
            #expect(names.count == 2)
        }()
        #expect(names == ["old.csv"])
        #expect(content("old.csv") == "old")
    }

    @Test("an old file keeps its permissions, a new one has what the umask leaves")
    func permissions() throws {
        try create("old.csv", "old", mode: 0o640)
        let old = try OutputFile(path: "\(folder)/old.csv")
        try old.output.write("new")
        try old.commit()
        #expect(content("old.csv") == "new")
        #expect(mode("old.csv") == 0o640)
        let mask = umask(0o022)
        umask(mask)
        let new = try OutputFile(path: "\(folder)/new.csv")
        try new.commit()
        #expect(mode("new.csv") == 0o666 & ~mask)
    }

    @Test("a link goes on leading to the file, which is replaced where it lies")
    func link() throws {
        try create("target.csv", "old")
        try #require(symlink("target.csv", "\(folder)/link.csv") == 0)
        let file = try OutputFile(path: "\(folder)/link.csv")
        try file.output.write("new")
        try file.commit()
        #expect(content("target.csv") == "new")
        var status = stat()
        #expect(lstat("\(folder)/link.csv", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    }

    @Test("what cannot be written is said before the hunt")
    func refusals() {
        #expect(throws: OutputError.isDirectory(path: folder)) { try OutputFile(path: folder) }
        #expect(throws: OutputError.isDirectory(path: "\(folder)/new/")) { try OutputFile(path: "\(folder)/new/") }
        #expect(
            throws: OutputError.cannotCreate(
                path: "\(folder)/no/new", reason: "No such file or directory", remedy: "make its folder first")
        ) { try OutputFile(path: "\(folder)/no/new") }
        for path in ["", "\(folder)/" + String(repeating: "n", count: 300), "/dev/fd/999999"] {
            #expect(throws: OutputError.self) { try OutputFile(path: path) }
        }
        #expect(names == [])
    }

    @Test("devices, FIFOs and the process's own descriptors are written directly")
    func direct() throws {
        let null = try OutputFile(path: "/dev/null")
        try null.output.write("x")
        try null.commit()
        var status = stat()
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)

        try #require(mkfifo("\(folder)/fifo", 0o600) == 0)
        let reader = open("\(folder)/fifo", O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let fifo = try OutputFile(path: "\(folder)/fifo")
        try fifo.output.write("through")
        try fifo.commit()
        var bytes = [UInt8](repeating: 0, count: 20)
        #expect(read(reader, &bytes, bytes.count) == 7)

        let pipe = try Pipe()
        for prefix in ["/dev/fd/", "/proc/self/fd/"] {
            let own = try OutputFile(path: prefix + String(pipe.writing))
            try own.output.write("own ")
            try own.commit()
        }
        pipe.closeWriting()
        #expect(String(decoding: pipe.readAll(), as: UTF8.self) == "own own ")
    }

    @Test("a full device fails, typed")
    func full() throws {
        let file = try OutputFile(path: "/dev/full")
        try file.output.write("x")
        #expect(throws: OutputError.noSpace(destination: "/dev/full")) { try file.commit() }
    }
}
