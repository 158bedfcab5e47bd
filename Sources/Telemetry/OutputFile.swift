import Glibc

/// A file that appears under its name when it is whole, and not at all if it does not become so.
struct OutputFile: ~Copyable {
    private let path: String
    private let temporaryPath: String
    private let descriptor: Int32
    /// Bytes written so far.
    private(set) var count = 0
    private var isCommitted = false

    /// Creates the file under a name of its own beside its future one.
    init(_ name: String, in directory: String) throws(GenerationError) {
        let path = "\(directory)/\(name)"
        let temporaryPath = "\(directory)/.\(name).partial"
        let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .file(path: path, operation: "create", code: errno) }
        self.path = path
        self.temporaryPath = temporaryPath
        self.descriptor = descriptor
    }

    deinit {
        if !isCommitted {
            close(descriptor)
            unlink(temporaryPath)
        }
    }

    mutating func write(_ bytes: [UInt8]) throws(GenerationError) {
        var code: Int32 = 0
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                // SAFETY: the rebased slice lies within the array, which outlives the call.
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let written = Glibc.write(descriptor, part.baseAddress, part.count)
                if written < 0 {
                    if errno == EINTR { continue }
                    code = errno
                    return
                }
                rest = rest.dropFirst(written)
            }
        }
        guard code == 0 else { throw .file(path: path, operation: "write", code: code) }
        count += bytes.count
    }

    /// Puts the file in its place and returns its length.
    consuming func commit() throws(GenerationError) -> Int {
        isCommitted = true
        guard close(descriptor) == 0 else {
            let code = errno
            unlink(temporaryPath)
            throw .file(path: path, operation: "write", code: code)
        }
        guard rename(temporaryPath, path) == 0 else {
            let code = errno
            unlink(temporaryPath)
            throw .file(path: path, operation: "rename to", code: code)
        }
        return count
    }
}

/// Makes the folder if it is not there.
func createDirectory(_ path: String) throws(GenerationError) {
    guard mkdir(path, 0o755) != 0 else { return }
    let code = errno
    var status = stat()
    if code == EEXIST {
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        throw .file(path: path, operation: "use as a folder", code: ENOTDIR)
    }
    throw .file(path: path, operation: "create", code: code)
}
