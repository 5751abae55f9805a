/// A window over a file that is read from front to back in large, aligned pieces, through the page cache or past it.
final class FileWindow {
    /// What direct reads need of memory, length and position.
    static let alignment = 4096

    let file: File
    /// Bytes from here on are not looked at.
    let limit: Int
    private var buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var filled = 0
    /// How many bytes were read from the file.
    private(set) var bytesRead = 0

    init(_ file: File, limit: Int, pieceBytes: Int = 1 << 20) {
        self.file = file
        self.limit = limit
        buffer = .allocate(byteCount: pieceBytes, alignment: FileWindow.alignment)
    }

    deinit { buffer.deallocate() }

    /// The bytes at `position`, fewer only at the limit; valid until the next call.
    func bytes(at position: Int, count: Int) throws(JournalError) -> UnsafeRawBufferPointer {
        let count = min(count, limit - position)
        guard count > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        if position < start || position + count > start + filled { try load(position, count) }
        let available = min(count, start + filled - position)
        return UnsafeRawBufferPointer(rebasing: buffer[position - start..<position - start + max(0, available)])
    }

    private func load(_ position: Int, _ count: Int) throws(JournalError) {
        let aligned = position & ~(FileWindow.alignment - 1)
        let needed = (position - aligned + count + FileWindow.alignment - 1) & ~(FileWindow.alignment - 1)
        if needed > buffer.count {
            buffer.deallocate()
            buffer = .allocate(byteCount: needed, alignment: FileWindow.alignment)
        }
        start = aligned
        filled = 0
        filled = try file.read(into: buffer, at: aligned)
        bytesRead += filled
    }
}
