// The quick exit; see exit.py. It needs nothing but itself, so that it works while the rest loads,
// and when the server is slow or gone.
(() => {
  const MARK = 'halfway.left'
  const EXPIRES_MS = 5000
  const ENOUGH = 3
  const AGAIN_MS = 2000
  const links = document.querySelectorAll('#exit-first, #exit-button')
  const said = document.getElementById('exit-said')
  const site = links[0].href
  let presses = 0
  let alone = false
  let expiring

  const say = (key) => {
    said.textContent = said.dataset[key]
  }
  const cover = () => document.documentElement.classList.add('exit-covered')
  const signOut = () => fetch('/auth/sign-out', { method: 'POST', keepalive: true })
  // A browser can refuse storage; then the sign-out on the way out has to do.
  const marked = (act) => {
    try {
      return act(sessionStorage)
    } catch {
      return null
    }
  }

  const leave = (event) => {
    event?.preventDefault()
    cover()
    document.title = new URL(site).host
    say('leaving')
    marked((kept) => kept.setItem(MARK, 'yes'))
    // Not earlier: the server empties the tabs of an ended session by sending them to the start
    // page, and that would overtake a neutral site that is slow to answer.
    addEventListener('pagehide', () => signOut().catch(() => {}))
    location.replace(site)
  }

  // Whoever comes back to a tab that was left finds it signed out, also when the way out could not
  // reach the server.
  const comeBack = () =>
    signOut().then((answer) => {
      if (!answer.ok) throw answer
      marked((kept) => kept.removeItem(MARK))
      location.replace('/')
    }).catch(() => setTimeout(comeBack, AGAIN_MS))

  const show = () => {
    for (const link of links) link.dataset.presses = presses
  }
  const forget = () => {
    clearTimeout(expiring)
    if (presses) say('expired')
    presses = 0
    show()
  }
  const press = () => {
    clearTimeout(expiring)
    presses += 1
    show()
    if (presses === ENOUGH) return leave()
    say(`press${presses}`)
    expiring = setTimeout(forget, EXPIRES_MS)
  }

  for (const link of links) link.addEventListener('click', leave)
  addEventListener('keydown', (event) => {
    if (event.key !== 'Shift') {
      alone = false
      forget()
    } else if (!event.repeat) alone = !(event.ctrlKey || event.altKey || event.metaKey)
  }, true)
  addEventListener('keyup', (event) => {
    if (event.key === 'Shift' && alone) press()
    if (event.key === 'Shift') alone = false
  }, true)
  for (const other of ['pointerdown', 'wheel', 'blur']) {
    addEventListener(other, () => { alone = false }, { capture: true, passive: true })
  }

  // A page that the browser kept whole must not be shown again as it was.
  addEventListener('pagehide', cover)
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })
  if (marked((kept) => kept.getItem(MARK))) {
    cover()
    comeBack()
  }
})()
