import Values

/// An open file whose format is not known yet.
final class OpenedArchive: @unchecked Sendable {
    // SAFETY: `input` is used by the one worker that took this off the job board.
    let index: Int
    let file: OpenFile
    let input: ByteInput

    init(index: Int, file: OpenFile) {
        self.index = index
        self.file = file
        input = ByteInput(file: file)
    }
}

/// An archive that has been opened: how it is to be read, told by its first bytes.
enum ArchiveSource {
    /// Cut into lines as it is; with what is to be told of its content.
    case plain(PlainFile, ArchiveDamage?)
    /// Decoded in order.
    case stream(ArchiveFormat, SegmentStream)
    /// Of content in which nothing can be a line, that is told.
    case unread(ForeignContent, SegmentStream)
    /// Frames that are found by walking and decoded independently.
    case walked(ZstdWalker)
    case failed(SystemError)
    /// Not what an earlier reader has read.
    case changed(FileState.Change)

    /// A pipe from which too little has come to tell what it carries.
    case waiting(OpenedArchive)

    /// Opens an archive, or looks again at one that was waiting.
    ///
    /// - Parameter account: takes up what the file is, and that it was changed. Where it holds the state of a file, that is what an
    ///   earlier reader has read, and no more of it is read now.
    static func open(
        _ archive: Archive, index: Int, waiting: OpenedArchive?, options: ArchiveOptions, chosen: ChunkIndex?,
        account: inout ArchiveAccount
    ) -> ArchiveSource {
        let opened: OpenedArchive
        if let waiting {
            opened = waiting
        } else {
            switch OpenFile.open(archive, upTo: account.state?.size) {
            case .success(let file):
                let now = file.state
                let change = account.state.flatMap { $0.change(to: now) }
                account.state = now
                if change == .written {
                    account.damage.append(ArchiveDamage(offset: 0, reason: FileState.Change.written.rawValue))
                } else if let change {
                    return .changed(change)
                }
                opened = OpenedArchive(index: index, file: file)
            case .failure(let error): return .failed(error)
            }
        }
        let (file, input) = (opened.file, opened.input)
        let format: ArchiveFormat
        var foreign: ForeignContent?
        switch FormatRecognition(archive, file: file, input: input).result() {
        case .undecided: return .waiting(opened)
        case .format(let found): format = found
        case .foreign(let content):
            format = .plain
            foreign = content
        }
        func segment(_ decoder: any Decoder) -> SegmentStream {
            SegmentStream(
                archive: index, segment: 0, format: format, decoder: decoder, beginsLine: true, options: options)
        }
        func stream(_ decoder: any Decoder) -> ArchiveSource { .stream(format, segment(decoder)) }
        if let foreign, foreign.isOpaque {
            return .unread(foreign, segment(ForeignDecoder(foreign.damage(outer: .plain))))
        }
        // A stream looks at what it holds itself.
        guard let size = file.size else { return stream(decoder(format, input, options)) }
        if format == .plain {
            let mapping = options.access == .mapped ? MappedFile(file, size: size) : nil
            return .plain(
                PlainFile(archive: index, file: file, mapping: mapping, size: size, options: options, chosen: chosen),
                foreign?.damage(outer: .plain))
        }
        guard options.access != .read, let mapping = MappedFile(file, size: size) else {
            return stream(decoder(format, input, options))
        }
        if format == .zstd {
            return .walked(
                ZstdWalker(archive: index, mapping: mapping, options: options))
        }
        return stream(decoder(format, ByteInput(mapping: mapping, position: 0), options))
    }

    private static func decoder(_ format: ArchiveFormat, _ input: ByteInput, _ options: ArchiveOptions) -> any Decoder {
        switch format {
        case .plain: PlainDecoder(input: input)
        case .zstd: ZstdDecoder(input: input, ownEnd: .max, windowLimit: options.windowLimit)
        case .lz4: LZ4Decoder(input: input)
        case .gzip: GzipDecoder(input: input)
        }
    }
}
