// Browsers load no modules from the disk, and the lab is made of them: where the site is read from the disk, links to the lab say so.

if (location.protocol === 'file:') {
  for (const link of document.querySelectorAll('a[href*="lab/index.html"]')) {
    link.title = 'The lab needs a web server. Any static one that serves this folder will do.'
    link.append(' (needs a web server)')
  }
}
